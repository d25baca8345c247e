// What does not fit, by name, made anew for each call.
import { tf } from "cellwise";
import { points } from "../small-models";
import { REFERENCE_SECONDS, work } from "./slowness";

type Misfits = Readonly<Record<string, () => unknown>>;

/** One model for all calls: a layer more with each would be a leak. */
let another: tf.Sequential | undefined;

const disposedTensor = (): tf.Tensor => {
  const tensor = tf.ones([2, 2]);
  tensor.dispose();
  return tensor;
};
const disposedModel = (): tf.Sequential => {
  const made = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  made.dispose();
  return made;
};
const modelOfSomethingElse = (): tf.Sequential => {
  another ??= tf.sequential({ name: "other", layers: [tf.layers.dense({ units: 3, inputShape: [5] })] });
  return another;
};

/** What each place of each function is given. */
const given: Misfits = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  "-1": () => -1,
  "0": () => 0,
  "0.5": () => 0.5,
  "1e9": () => 1e9,
  "100000": () => 100_000,
  "2 ** 53": () => 2 ** 53,
  "an empty text": () => "",
  "a text": () => "misfit",
  true: () => true,
  "an empty list": () => [],
  "an empty array of numbers": () => new Float32Array(0),
  "a sparse list": () => new Array(2),
  "a list of lists": () => [[]],
  "a list of NaN": () => [Number.NaN],
  "a list of null": () => [null],
  "an object": () => ({}),
  "a function": () => () => undefined,
  "a symbol": () => Symbol("misfit"),
  "a bigint": () => 10n,
  "a date": () => new Date(Number.NaN),
  "a promise": () => Promise.resolve(1),
  "a disposed tensor": disposedTensor,
  "a disposed model": disposedModel,
  "a scalar": () => tf.scalar(1),
  "a tensor of rank 5": () => tf.ones([1, 1, 1, 1, 2]),
  "an empty tensor": () => tf.zeros([0, 3]),
  "a tensor of texts": () => tf.tensor(["a", "b"]),
  "a tensor of booleans": () => tf.ones([2, 2], "bool"),
  "a tensor of NaN": () => tf.fill([2, 2], Number.NaN),
  "a tensor of tokens": () => tf.fill([1, 3], 9, "int32"),
  "a model of something else": modelOfSomethingElse,
  "another data set": () => points([[1, 2]], [7], "other"),
};

/** Their names. */
export const MISFITS: readonly string[] = Object.keys(given);

/** What ends by force alone: for a test of the test. */
export const ENDLESS = "a function without an end";

/** What takes three seconds on the reference, and about as long in each call of the row `lossOverPlane` on any machine. */
export const LONG = "a function that computes for three seconds";
const LONG_SECONDS = 3;

function computesLong(): () => number {
  let left = LONG_SECONDS / REFERENCE_SECONDS;
  return () => {
    for (; left > 0; left--) work();
    return 0;
  };
}

/** All of them by name. */
export const misfits: Misfits = {
  ...given,
  [ENDLESS]: () => () => {
    for (;;);
  },
  [LONG]: computesLong,
};
