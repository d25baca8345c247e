// What a recording costs: the graph of a recurrent network grows with its steps, and no faster.
import assert from "node:assert/strict";
import { tf } from "cellwise";
import { minimize } from "cellwise/dist/graph";
import { trace } from "cellwise/dist/graph/trace";

const { layers: l } = tf;

/** How many nodes a training step over so many times has. */
function nodes(layer: tf.layers.Layer, time: number): number {
  const model = tf.sequential({
    layers: [l.embedding({ inputDim: 7, outputDim: 3 }), layer, l.dense({ units: 7, activation: "softmax" })],
  });
  const optimizer = tf.train.adam();
  const loss = (x: tf.Tensor) => (model.apply(x) as tf.Tensor).log().mean() as tf.Scalar;
  const x = tf.zeros([2, time]);
  const recorded = trace((x) => [minimize(optimizer, () => loss(x as tf.Tensor))], [x], { seed: 1, step: () => 0 });
  recorded.dispose();
  x.dispose();
  model.dispose();
  optimizer.dispose();
  return recorded.nodes.length;
}

describe("the graph of a recurrent network's step", function () {
  this.timeout(60_000);

  const kinds: Record<string, () => tf.layers.Layer> = {
    SimpleRNN: () => l.simpleRNN({ units: 4, returnSequences: true }),
    LSTM: () => l.lstm({ units: 4, returnSequences: true, recurrentActivation: "sigmoid" }),
    GRU: () => l.gru({ units: 4, returnSequences: true, recurrentActivation: "sigmoid" }),
    "LSTM by tfjs's own loop": () => l.lstm({ units: 4, returnSequences: true, dropout: 0.1 }),
  };
  for (const [name, layer] of Object.entries(kinds)) {
    it(`grows by the same number of nodes for each time: ${name}`, () => {
      const [at8, at16, at32, at64] = [8, 16, 32, 64].map((time) => nodes(layer(), time)) as [
        ...[number, number, number, number],
      ];
      const each = [(at16 - at8) / 8, (at32 - at16) / 16, (at64 - at32) / 32] as [number, number, number];
      assert.ok(each[0] > 0);
      // A twentieth more is left for constants that several times share.
      for (const more of each.slice(1)) assert.ok(more <= 1.05 * each[0], `nodes for each time: ${each}`);
    });
  }
});
