// What layers say of what does not fit, and what is refused because it would take hours or all the memory.
import assert from "node:assert/strict";
import * as cellwise from "cellwise";
import { softmaxModel } from "../small-models";

const { tf } = cellwise;

describe("a layer", () => {
  it("says what it takes, whoever made it", () => {
    const dense = tf.layers.dense({ units: 2 });
    const gone = tf.ones([1, 2]);
    gone.dispose();
    assert.throws(() => dense.apply(gone), /inputs is a disposed tensor \[1, 2\]/);
    assert.throws(() => dense.apply([1, 2] as never), /inputs\[0\] is 1; it is a tensor/);
    assert.throws(() => dense.apply([]), /inputs is the list \[\]; it is a tensor/);
    const wide = tf.ones([1, 3]);
    tf.dispose(dense.apply(wide) as cellwise.tf.Tensor);
    const narrow = tf.ones([1, 2]);
    assert.throws(() => dense.apply(narrow), /was given a tensor \[1, 2\].*expected axis -1.*value 3/);
    tf.dispose([wide, narrow]);
    dense.dispose();
  });

  it("that cannot make its weights leaves none behind, and says so when it is applied again", () => {
    const before = tf.memory().numTensors;
    const block = new cellwise.DecoderBlock({ heads: 2 });
    const [x, memory] = [tf.ones([1, 3, 4]), tf.ones([2])];
    assert.throws(() => block.apply([x, memory]), /the input has 1 axes/);
    assert.throws(() => block.apply([x, x]), /could not make its weights.*Make a new one/);
    tf.dispose([x, memory]);
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("what would take hours, or all the memory, is refused at once:", () => {
  const huge = 1_000_000_000;
  const cases: Record<string, [call: () => unknown, message: RegExp]> = {
    "a weight of 2 GB and more": [
      () => tf.layers.dense({ units: 100_000 }).apply(tf.input({ shape: [100_000] })),
      /kernel of shape \[100000, 100000\] has 10,000,000,000 numbers, 37 GB/,
    ],
    "orthogonal kernels": [
      () => cellwise.buildRnnLanguageModel({ vocabulary: 4, units: [100_000] }),
      /units is \[100000\].*at most 16,384/,
    ],
    "recurrent layers that begin after minutes": [
      () => cellwise.recurrent("lstm", { units: 4096, seed: 1 }),
      /units is 4096; a recurrent layer here has at most 2,048/,
    ],
    "the divisors of a width": [() => cellwise.buildGpt({ width: huge, heads: 3 }), /width is 1000000000/],
    "a mask of all pairs": [() => cellwise.causalBias(100_000, 100_000), /queries is 100000.*10,000/],
    "a grid": [
      () => cellwise.lossOverPlane(() => 0, { x: [0, 1], y: [0, 1], steps: 100_000 }),
      /steps is 100000.*2,000/,
    ],
    "a curve": [() => cellwise.curve(tf.relu, { steps: huge }), /steps is 1000000000.*1,000,000/],
    examples: [() => cellwise.sorting({ size: huge }), /size is 1000000000.*1,000,000/],
    "epochs of a perceptron": [
      () => cellwise.buildPerceptron().learn(cellwise.xor(), { epochs: huge }),
      /epochs is 1000000000.*1,000,000/,
    ],
  };
  for (const [what, [call, message]] of Object.entries(cases)) it(what, () => assert.throws(call, message));

  it("beams", async () => {
    const model = cellwise.buildGpt({ preset: "tiny", vocabulary: 4 });
    await assert.rejects(
      cellwise.beamSearch(model, { prompt: [1], beams: huge }),
      /beams is 1000000000.*1,000 at most/,
    );
    model.optimizer.dispose();
    model.dispose();
  });
});

describe("a compiled forward pass", () => {
  it("answers no more after its disposal", () => {
    const model = softmaxModel();
    const pass = cellwise.compiledForward(model);
    const x = tf.ones([3, 2]);
    tf.dispose(pass.predict([x]));
    assert.throws(() => pass.predict([tf.ones([3, 5])]), /input 0 is a tensor \[3, 5\].*expects \[batch, 2\]/);
    pass.dispose();
    assert.throws(() => pass.predict([x]), /was disposed. Make a new one/);
    x.dispose();
    model.dispose();
  });
});
