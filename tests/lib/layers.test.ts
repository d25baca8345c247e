// The library's layers by their definitions, where Keras has none to compare with; their errors; saving and loading.
import assert from "node:assert/strict";
import {
  attention,
  attentionMaps,
  Bias,
  causalBias,
  DecoderBlock,
  DotAttention,
  EncoderBlock,
  FirstPosition,
  LayerNorm,
  LearnedPositions,
  LstmEncoderDecoder,
  MultiHeadAttention,
  PaddingMask,
  paddingBias,
  SinusoidalPositions,
  sinusoidalPositions,
  TokenEmbedding,
  tf,
} from "cellwise";
import { assertSameTraining, twins } from "./graph/twin";
import { saveAndLoad } from "./saved-model";

const uniform = (shape: number[], seed = 1): tf.Tensor => tf.randomUniform(shape, -1, 1, "float32", seed);
const largest = (tensor: tf.Tensor): number => tensor.abs().max().dataSync()[0] as number;

/** The largest change of each position's output when the values at one position change. */
function influence(run: (x: tf.Tensor) => tf.Tensor, shape: number[], changed: number): number[] {
  return tf.tidy(() => {
    const [, time, width] = shape as [number, number, number];
    const x = uniform(shape);
    // At one value only: a normalisation does not see what is added to all of them.
    const at = tf.oneHot(tf.tensor1d([changed * width], "int32"), time * width).reshape([1, time, width]);
    const difference = run(x.add(at)).sub(run(x)).abs();
    return Array.from(difference.max([0, 2]).dataSync());
  });
}

/** A model with all the layers in it that have weights or options. */
function everyLayer(dropout = 0.1): tf.LayersModel {
  const source = tf.input({ shape: [5], dtype: "int32" });
  const target = tf.input({ shape: [4], dtype: "int32" });
  const tokens = new TokenEmbedding({ vocabulary: 7, width: 6, scaled: true, seed: 1, name: "tokens" });
  const learned = new LearnedPositions({ length: 8, seed: 2, deviation: 0.5, name: "learned" });
  const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) => layer.apply(inputs) as tf.SymbolicTensor;
  const mask = apply(new PaddingMask({ padding: 0 }), source);
  const memory = apply(
    new EncoderBlock({
      heads: 3,
      feedForward: 5,
      norm: "pre",
      activation: "gelu",
      dropout,
      seed: 3,
      causal: true,
    }),
    apply(new SinusoidalPositions(), apply(tokens, source)),
    mask,
  );
  const decoder = new DecoderBlock({ heads: 2, seed: 4, epsilon: 1e-3, outputDeviation: 0.1 });
  const decoded = apply(decoder, apply(learned, apply(tokens, target)), memory, mask);
  const attended = apply(new MultiHeadAttention({ heads: 2, useBias: false, seed: 5 }), decoded, memory, mask);
  const joined = apply(new DotAttention(), attended, memory, mask);
  return tf.model({ inputs: [source, target], outputs: apply(tokens, joined) });
}

const SOURCE = [
  [1, 2, 3, 4, 0],
  [5, 6, 0, 0, 0],
];
const TARGET = [
  [1, 2, 3, 4],
  [6, 5, 1, 0],
];

describe("attention", () => {
  it("is the softmax of scaled dot products, times the values; two tensors come out", () => {
    const before = tf.memory().numTensors;
    const rows = (values: number[][]) => tf.tensor4d([[values]]);
    const inputs = [
      rows([[2, 0, 0, 0]]),
      rows([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ]),
      rows([
        [10, 0, 0, 0],
        [0, 20, 0, 0],
      ]),
    ] as const;
    const { context, weights } = attention(...inputs);
    assert.equal(tf.memory().numTensors, before + 5);
    // Scores 2 · 1 / √4 = 1 and 0.
    const first = Math.E / (Math.E + 1);
    for (const [i, value] of [first, 1 - first].entries())
      assert.ok(Math.abs((weights.dataSync()[i] ?? 0) - value) < 1e-6);
    for (const [i, value] of [10 * first, 20 * (1 - first), 0, 0].entries())
      assert.ok(Math.abs((context.dataSync()[i] ?? 0) - value) < 1e-5);
    tf.dispose([...inputs, context, weights]);
    assert.equal(tf.memory().numTensors, before);
  });

  it("with the causal mask, is not changed by the future, and is by the past", () => {
    for (const layer of [
      new MultiHeadAttention({ heads: 2, causal: true, seed: 1 }),
      new EncoderBlock({ heads: 2, causal: true, seed: 1 }),
      new EncoderBlock({ heads: 2, causal: true, norm: "pre", seed: 1 }),
    ]) {
      const run = (x: tf.Tensor) => layer.apply(x) as tf.Tensor;
      for (let changed = 0; changed < 5; changed++) {
        const changes = influence(run, [2, 5, 4], changed);
        assert.deepEqual(changes.slice(0, changed), new Array(changed).fill(0), `${layer.name}: before ${changed}`);
        assert.ok(
          changes.slice(changed).every((change) => change > 1e-6),
          `${layer.name}: from ${changed}: ${changes}`,
        );
      }
      layer.dispose();
    }
  });

  it("without it, every position changes every other", () => {
    const layer = new MultiHeadAttention({ heads: 2, seed: 1 });
    const changes = influence((x) => layer.apply(x) as tf.Tensor, [1, 4, 4], 3);
    assert.ok(
      changes.every((change) => change > 1e-6),
      `${changes}`,
    );
    layer.dispose();
  });

  it("does not see padding, whatever stands there", () => {
    const layer = new EncoderBlock({ heads: 2, seed: 1 });
    const mask = tf.tensor2d([[1, 1, 1, 0]]);
    const changes = influence((x) => layer.apply([x, mask]) as tf.Tensor, [1, 4, 4], 3);
    assert.deepEqual(changes.slice(0, 3), [0, 0, 0]);
    mask.dispose();
    layer.dispose();
  });

  it("in a decoder block, sees all of the source, nothing of its padding, and nothing of the target's future", () => {
    const layer = new DecoderBlock({ heads: 2, seed: 1 });
    const [x, memory] = [uniform([1, 3, 4]), uniform([1, 4, 6], 2)];
    const mask = tf.tensor2d([[1, 1, 1, 0]]);
    const byMemory = (changed: number) =>
      influence((given) => layer.apply([x, given, mask]) as tf.Tensor, [1, 4, 6], changed);
    assert.ok(byMemory(0).every((change) => change > 1e-6));
    assert.deepEqual(byMemory(3), [0, 0, 0]);
    const byTarget = influence((given) => layer.apply([given, memory, mask]) as tf.Tensor, [1, 3, 4], 1);
    assert.equal(byTarget[0], 0);
    assert.ok(byTarget.slice(1).every((change) => change > 1e-6));
    tf.dispose([x, memory, mask]);
    layer.dispose();
  });

  it("returns weights whose rows sum to 1 and are 0 where nothing may be seen", () => {
    const layer = new MultiHeadAttention({ heads: 3, causal: true, returnWeights: true, seed: 1 });
    tf.tidy(() => {
      const [, weights] = layer.apply(uniform([2, 4, 6])) as [tf.Tensor, tf.Tensor4D];
      assert.deepEqual(weights.shape, [2, 3, 4, 4]);
      assert.ok(largest(weights.sum(-1).sub(1)) < 1e-6);
      assert.equal(largest(weights.sub(tf.linalg.bandPart(weights, -1, 0))), 0);
    });
    layer.dispose();
  });

  it("drops weights in training only", () => {
    const layer = new MultiHeadAttention({ heads: 1, dropout: 0.5, seed: 1 });
    tf.tidy(() => {
      const x = uniform([1, 8, 4]);
      const [first, second] = [layer.apply(x), layer.apply(x)] as [tf.Tensor, tf.Tensor];
      assert.equal(largest(first.sub(second)), 0);
      assert.ok(largest((layer.apply(x, { training: true }) as tf.Tensor).sub(first)) > 1e-3);
    });
    layer.dispose();
  });

  it("gives its maps by layer and head, and leaves no tensor", () => {
    const model = everyLayer();
    const before = tf.memory().numTensors;
    const inputs = [tf.tensor2d(SOURCE, [2, 5], "int32"), tf.tensor2d(TARGET, [2, 4], "int32")];
    const maps = attentionMaps(model, inputs);
    tf.dispose(inputs);
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(
      maps.map(({ shape }) => shape),
      [
        [2, 3, 5, 5],
        [2, 2, 4, 4],
        [2, 2, 4, 5],
        [2, 2, 4, 5],
        [2, 1, 4, 5],
      ],
    );
    assert.match(maps[0]?.layer ?? "", /\/attention$/);
    assert.match(maps[1]?.layer ?? "", /\/self$/);
    assert.match(maps[2]?.layer ?? "", /\/cross$/);
    // The last source token of the first row is padding: nobody looks at it.
    const [cross] = [maps[2]?.values as Float32Array];
    for (let query = 0; query < 2 * 4; query++) assert.equal(cross[query * 5 + 4], 0);
    model.dispose();
  });
});

describe("masks", () => {
  it("hide by a large negative number", () => {
    tf.tidy(() => {
      const H = -1e9;
      assert.deepEqual(causalBias(2, 2).arraySync(), [
        [0, H],
        [0, 0],
      ]);
      // Fewer queries than keys: the queries are the last ones.
      assert.deepEqual(causalBias(1, 3).arraySync(), [[0, 0, 0]]);
      assert.deepEqual(paddingBias(tf.tensor2d([[1, 0]])).arraySync(), [[[[0, H]]]]);
      assert.deepEqual((new PaddingMask({ padding: 9 }).apply(tf.tensor2d([[1, 9]])) as tf.Tensor).arraySync(), [
        [1, 0],
      ]);
    });
  });
});

describe("positions", () => {
  it("are sines and cosines of falling frequency", () => {
    const table = sinusoidalPositions(3, 4);
    const expected = [0, 1, 2].flatMap((p) => [Math.sin(p), Math.cos(p), Math.sin(p / 100), Math.cos(p / 100)]);
    assert.deepEqual([...table], expected.map(Math.fround));
  });

  it("so that a shift is a rotation: the dot product of two positions depends on their distance alone", () => {
    const [length, width] = [20, 8];
    const table = sinusoidalPositions(length, width);
    const dot = (a: number, b: number) =>
      Array.from({ length: width }, (_, i) => (table[a * width + i] ?? 0) * (table[b * width + i] ?? 0)).reduce(
        (s, v) => s + v,
      );
    for (let shift = 0; shift < 10; shift++)
      for (let from = 1; from + shift < length; from++)
        assert.ok(Math.abs(dot(from, from + shift) - dot(0, shift)) < 1e-5);
  });

  it("are added to what stands there", () => {
    tf.tidy(() => {
      const sum = new SinusoidalPositions().apply(tf.ones([2, 3, 4])) as tf.Tensor;
      const table = tf.tensor(sinusoidalPositions(3, 4), [1, 3, 4]).tile([2, 1, 1]);
      assert.ok(largest(sum.sub(1).sub(table)) < 1e-6);
    });
    const learned = new LearnedPositions({ length: 5, seed: 1 });
    tf.tidy(() => {
      const sum = learned.apply(tf.zeros([2, 3, 4])) as tf.Tensor;
      const [table] = learned.getWeights() as [tf.Tensor2D];
      assert.deepEqual(table.shape, [5, 4]);
      assert.equal(largest(sum.sub(table.slice(0, 3))), 0);
    });
    learned.dispose();
  });
});

describe("a token embedding", () => {
  it("looks vectors up, and scores vectors by the same table", () => {
    const layer = new TokenEmbedding({ vocabulary: 5, width: 3, seed: 1 });
    tf.tidy(() => {
      const ids = tf.tensor2d([[4, 0]], [1, 2], "int32");
      const vectors = layer.apply(ids) as tf.Tensor3D;
      const [table] = layer.getWeights() as [tf.Tensor2D];
      assert.ok(largest(vectors.sub(tf.stack([table.slice(4, 1), table.slice(0, 1)], 1).reshape([1, 2, 3]))) === 0);
      const scores = layer.apply(vectors) as tf.Tensor3D;
      assert.ok(largest(scores.reshape([2, 5]).sub(vectors.reshape([2, 3]).matMul(table.transpose()))) < 1e-6);
    });
    layer.dispose();
  });
});

describe("the library's layers", () => {
  it("save and load with equal outputs, and leave nothing", async () => {
    const before = tf.memory().numTensors;
    const model = everyLayer();
    const loaded = await saveAndLoad(model);
    const inputs = [tf.tensor2d(SOURCE, [2, 5], "int32"), tf.tensor2d(TARGET, [2, 4], "int32")];
    tf.tidy(() => {
      const [expected, actual] = [model.predict(inputs), loaded.predict(inputs)] as [tf.Tensor, tf.Tensor];
      assert.ok(largest(expected) > 0.01);
      assert.equal(largest(actual.sub(expected)), 0);
    });
    assert.deepEqual(
      loaded.layers.map((layer) => layer.getConfig()),
      model.layers.map((layer) => layer.getConfig()),
    );
    tf.dispose(inputs);
    model.dispose();
    loaded.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("start from the same weights with the same seed, each kernel from its own", () => {
    const values = (seed: number) => {
      const layer = new EncoderBlock({ heads: 2, feedForward: 4, seed });
      const kernels = tf.tidy(() => {
        layer.apply(tf.zeros([1, 2, 4]));
        return layer
          .getWeights()
          .filter(({ rank }) => rank === 2)
          .map((weight) => Array.from(weight.dataSync()));
      });
      layer.dispose();
      return kernels;
    };
    assert.deepEqual(values(3), values(3));
    assert.notDeepEqual(values(3), values(4));
    assert.equal(new Set(values(3).map(String)).size, 6);
  });

  it("train in the compiled step as operation by operation", async () => {
    const before = tf.memory().numTensors;
    const [model, twin] = twins(
      () => everyLayer(0),
      (one) => one.compile({ optimizer: tf.train.sgd(0.05), loss: "meanSquaredError" }),
    );
    const inputs = [tf.tensor2d(SOURCE, [2, 5], "int32"), tf.tensor2d(TARGET, [2, 4], "int32")];
    const truth = uniform([2, 4, 7]);
    await assertSameTraining(model, twin, [[inputs, truth]], { steps: 20 });
    tf.dispose([inputs, truth]);
    for (const one of [model, twin]) {
      one.optimizer.dispose();
      one.dispose();
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it("can be frozen", () => {
    const model = everyLayer();
    const count = model.trainableWeights.length;
    for (const layer of model.layers) layer.trainable = false;
    assert.equal(model.trainableWeights.length, 0);
    assert.equal(model.nonTrainableWeights.length, count);
    model.dispose();
  });

  it("refuse what cannot be, with both numbers and the remedy, before they make a tensor", () => {
    const before = tf.memory().numTensors;
    const x = (...shape: number[]) => tf.input({ shape });
    const throws = (build: () => unknown, message: RegExp) =>
      assert.throws(build, (error) => error instanceof RangeError && message.test(error.message), String(message));
    throws(
      () => new MultiHeadAttention({ heads: 3 }).apply(x(5, 8)),
      /width of 8 .* 3 heads .*Take 2 or 4 heads, or a width of 9/,
    );
    throws(() => new EncoderBlock({ heads: 5 }).apply(x(5, 8)), /width of 8 .* 5 heads/);
    throws(() => new MultiHeadAttention({ heads: 0 }), /heads is 0/);
    throws(() => new EncoderBlock({ heads: 2, dropout: 1 }), /dropout is 1/);
    throws(
      () => new EncoderBlock({ heads: 2, norm: "middle" as "pre" }),
      /norm is "middle"; it is one of "pre", "post"/,
    );
    throws(() => new EncoderBlock({ heads: 2, feedForward: 1.5 }), /feedForward is 1.5/);
    throws(() => new LearnedPositions({ length: 4 }).apply(x(5, 8)), /sequence of 5 is longer than the 4 positions/);
    throws(() => new DecoderBlock({ heads: 2 }).apply(x(5, 8)), /1 input was given/);
    throws(() => new DotAttention().apply([x(5, 8), x(4, 6)]), /queries of width 8 and values of width 6/);
    throws(() => new TokenEmbedding({ vocabulary: 0, width: 3 }), /vocabulary is 0/);
    throws(() => new MultiHeadAttention({ heads: 2 }).apply(x(8)), /2 axes, \[batch, 8\]; 3 are expected/);
    throws(() => new EncoderBlock({ heads: 2 }).apply(x(4, 5, 8)), /4 axes, \[batch, 4, 5, 8\]; 3 are expected/);
    throws(
      () => new MultiHeadAttention({ heads: 2 }).apply(tf.input({ shape: [5, null] })),
      /the width .* is not known/,
    );
    throws(() => new SinusoidalPositions().apply(x(8)), /2 axes/);
    throws(() => new TokenEmbedding({ vocabulary: 5, width: 3 }).apply(x(2, 3, 4)), /4 axes/);
    throws(() => new DotAttention().apply(x(5, 8)), /\[batch, values, width\] is missing/);
    throws(() => new PaddingMask().apply(x(5, 8)), /3 axes/);
    throws(() => sinusoidalPositions(0, 4), /length is 0/);
    throws(() => new LayerNorm().apply(tf.input({ shape: [3, null] })), /the width .*\[batch, 3, any\], is not known/);
    throws(() => new Bias().apply(tf.input({ shape: [3, null] })), /the width .* is not known/);
    throws(() => new EncoderBlock({ heads: 2, deviation: -1 }).apply(x(5, 8)), /deviation is -1/);
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuse tensors that do not fit the weights, the mask or each other, with both shapes", () => {
    const before = tf.memory().numTensors;
    const refuses = (layer: tf.layers.Layer, shapes: number[][], message: RegExp, first?: number[][]) => {
      const ones = (sizes: number[][]) =>
        sizes.length === 1 ? tf.ones(sizes[0] as number[]) : sizes.map((size) => tf.ones(size));
      tf.tidy(() => {
        if (first) layer.apply(ones(first));
        assert.throws(() => layer.apply(ones(shapes)), { name: "RangeError", message });
      });
      layer.dispose();
    };
    const wider = /\[2, 3, 6\], is 6 wide; the layer's weights were made for a width of 4/;
    const layers: Record<string, () => tf.layers.Layer> = {
      attention: () => new MultiHeadAttention({ heads: 2 }),
      encoder: () => new EncoderBlock({ heads: 2 }),
      norm: () => new LayerNorm(),
      bias: () => new Bias(),
      positions: () => new LearnedPositions({ length: 6 }),
      embedding: () => new TokenEmbedding({ vocabulary: 5, width: 4 }),
    };
    for (const make of Object.values(layers)) refuses(make(), [[2, 3, 6]], wider, [[2, 3, 4]]);

    const mask = /the mask has the shape \[2, 3\]; \[2, 5\] is expected/;
    const three = [
      [2, 3, 4],
      [2, 5, 4],
      [2, 3],
    ];
    refuses(new MultiHeadAttention({ heads: 2 }), three, mask);
    refuses(new DecoderBlock({ heads: 2 }), three, mask);
    const dot = new DotAttention();
    tf.tidy(() => assert.throws(() => dot.apply(three.map((size) => tf.ones(size))), mask));
    refuses(
      new LstmEncoderDecoder({ units: 3 }),
      [
        [2, 5, 4],
        [2, 3, 4],
        [2, 3],
      ],
      mask,
    );
    refuses(
      new LstmEncoderDecoder({ units: 3 }),
      [
        [2, 5, 4],
        [3, 3, 4],
      ],
      /2 sources and 3 targets/,
    );
    tf.tidy(() => {
      const x = (...shape: [number, number, number, number]) => tf.ones<tf.Rank.R4>(shape);
      const [one, two] = [x(1, 2, 3, 4), x(1, 2, 3, 5)];
      assert.throws(() => attention(one, two, two), /queries of width 4 and keys of width 5 have no dot product/);
      assert.throws(() => attention(one, one, x(1, 2, 5, 4)), /3 keys and 5 values/);
      assert.throws(() => attention(one, x(1, 3, 3, 4), x(1, 3, 3, 4)), /\[1, 2\] and \[1, 3\] before the last two/);
      assert.throws(() => new FirstPosition().apply(tf.ones([2, 3])), /2 axes, \[2, 3\]; 3 are expected/);
      assert.throws(() => new SinusoidalPositions().apply(tf.ones([2, 3])), /2 axes, \[2, 3\]; 3 are expected/);
      assert.throws(() => new PaddingMask().apply(tf.ones([2, 3, 4])), /3 axes, \[2, 3, 4\]; 2 are expected/);
    });
    assert.equal(tf.memory().numTensors, before);
  });
});
