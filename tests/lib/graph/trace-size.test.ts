// What a recording costs: the graph of a recurrent network grows with its steps, and no faster; constants are written small and
// once; TensorFlow's own operations stand where tfjs composes several.
import assert from "node:assert/strict";
import { Gru, LayerNorm, minimize, tf } from "cellwise";
import { CompiledFunction } from "cellwise/dist/graph/compiled-function";
import { graphMessage, type NodeDef } from "cellwise/dist/graph/recording/definition";
import { type Body, trace } from "cellwise/dist/graph/recording/trace";
import { LAYER_REWRITES } from "cellwise/dist/layers/tfjs-forms/layer-rewrites";

const { layers: l } = tf;

function nodesOf(body: Body, ...inputs: tf.Tensor[]): readonly NodeDef[] {
  const recorded = trace(body, inputs, { seed: 1, step: () => 0, rewrites: LAYER_REWRITES });
  recorded.dispose();
  tf.dispose(inputs);
  return recorded.nodes;
}

/** A training step over so many times. */
function step(layer: tf.layers.Layer, time: number): readonly NodeDef[] {
  const model = tf.sequential({
    layers: [l.embedding({ inputDim: 7, outputDim: 3 }), layer, l.dense({ units: 7, activation: "softmax" })],
  });
  const optimizer = tf.train.adam();
  const loss = (x: tf.Tensor) => (model.apply(x) as tf.Tensor).log().mean() as tf.Scalar;
  const nodes = nodesOf((x) => [minimize(optimizer, () => loss(x as tf.Tensor))], tf.zeros([2, time]));
  model.dispose();
  optimizer.dispose();
  return nodes;
}

describe("the graph of a recurrent network's step", () => {
  const kinds: Record<string, () => tf.layers.Layer> = {
    SimpleRNN: () => l.simpleRNN({ units: 4, returnSequences: true }),
    LSTM: () => l.lstm({ units: 4, returnSequences: true, recurrentActivation: "sigmoid" }),
    GRU: () => l.gru({ units: 4, returnSequences: true, recurrentActivation: "sigmoid" }),
    "LSTM by tfjs's own loop": () => l.lstm({ units: 4, returnSequences: true, dropout: 0.1 }),
  };
  for (const [name, layer] of Object.entries(kinds)) {
    it(`grows by the same number of nodes and bytes for each time: ${name}`, () => {
      const graphs = [8, 16, 32, 64].map((time) => step(layer(), time));
      // More is left for constants that several times share, and for the numbers in names, which get longer.
      for (const [sizes, more] of [
        [graphs.map(({ length }) => length), 1.05],
        [graphs.map((nodes) => graphMessage(nodes).length), 1.1],
      ] as [[number, number, number, number], number][]) {
        const [at8, at16, at32, at64] = sizes;
        const each = [(at16 - at8) / 8, (at32 - at16) / 16, (at64 - at32) / 32] as [number, number, number];
        assert.ok(each[0] > 0);
        for (const later of each.slice(1)) assert.ok(later <= more * each[0], `for each time: ${each}`);
      }
    });
  }
});

describe("a graph", () => {
  it("is written with small constants only, each of them once; a large one counts all the same", () => {
    const [large, small] = [tf.ones([100_000]), tf.tensor1d([1, 2, 3])];
    const body: Body = (x) => [(x as tf.Tensor).add(large.sum()).add(small.sum()).add(small.max())];
    const nodes = nodesOf(body, tf.scalar(1));
    assert.ok(graphMessage(nodes).length < 4000, `${graphMessage(nodes).length} bytes`);
    const threes = nodes.filter(({ attributes: { value } }) => value?.kind === "tensor" && value.shape.join() === "3");
    assert.equal(threes.length, 1);
    const compiled = new CompiledFunction(body);
    const x = tf.scalar(1);
    const [sum] = compiled.run([x]) as [tf.Tensor];
    assert.equal(sum.dataSync()[0], 1 + 100_000 + 6 + 3);
    compiled.dispose();
    tf.dispose([large, small, x, sum]);
  });

  it("casts nothing to the type that it has", () => {
    const nodes = nodesOf((x) => [(x as tf.Tensor).toFloat().add(1).cast("float32").toInt()], tf.tensor1d([1.5, 2.5]));
    assert.deepEqual(
      nodes.filter(({ op }) => op === "Cast").map(({ attributes: { SrcT, DstT } }) => [SrcT, DstT]),
      [
        [
          { kind: "type", value: 1 },
          { kind: "type", value: 3 },
        ],
      ],
    );
  });

  it("takes TensorFlow's own operations for gradients, recurrent cells and updates", () => {
    const model = tf.sequential({
      layers: [
        l.lstm({ units: 2, recurrentActivation: "sigmoid", inputShape: [3, 2] }),
        ...(["relu", "sigmoid", "tanh"] as const).map((activation) => l.dense({ units: 2, activation })),
      ],
    });
    const adam = tf.train.adam();
    const loss = (x: tf.Tensor) => (model.apply(x) as tf.Tensor).mean() as tf.Scalar;
    const nodes = nodesOf((x) => [minimize(adam, () => loss(x as tf.Tensor))], tf.ones([4, 3, 2]));
    const ops = nodes.map(({ op }) => op);
    const own = ["ReluGrad", "SigmoidGrad", "TanhGrad", "BiasAddGrad", "LSTMBlockCellGrad"];
    assert.deepEqual(
      own.filter((op) => !ops.includes(op)),
      [],
    );
    assert.equal(ops.filter((op) => op === "ResourceApplyAdam").length, model.trainableWeights.length);
    model.dispose();
    adam.dispose();
  });

  it("is no larger for the library's own layers than for tfjs's in their fast forms", () => {
    const sizeOf = (layer: tf.layers.Layer, shape: number[]): number => {
      const model = tf.sequential({ layers: [l.dense({ units: 4, inputShape: shape.slice(1) }), layer] });
      const optimizer = tf.train.sgd(0.1);
      const loss = (x: tf.Tensor) => (model.apply(x) as tf.Tensor).square().mean() as tf.Scalar;
      const { length } = nodesOf((x) => [minimize(optimizer, () => loss(x as tf.Tensor))], tf.ones(shape));
      model.dispose();
      return length;
    };
    assert.equal(sizeOf(new LayerNorm(), [2, 3, 4]), sizeOf(l.layerNormalization(), [2, 3, 4]));
    assert.ok(sizeOf(new Gru({ units: 4 }), [2, 16, 4]) <= sizeOf(l.gru({ units: 4 }), [2, 16, 4]));
  });
});
