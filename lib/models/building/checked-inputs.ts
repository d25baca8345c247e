// What is wrong with the tensors given to a model itself, not by way of a data set: tfjs-layers' own messages name neither what
// an axis stands for nor what to do, and its `apply` names an inner layer (tensorflow/tfjs #6320).

import { batchShapeText, checkArguments, imageRemedy, MODEL, shapeFits, shapeText, valueText } from "../../arguments";
import { isRecording } from "../../graph/recording/trace";
import { at } from "../../indexing";
import { tokenReaders } from "../../layers/model-layers";
import { tf } from "../../tfjs/tf";

const AT_ONCE = ["predict", "predictOnBatch", "apply", "evaluate"] as const;
const LATER = ["fit", "trainOnBatch"] as const;

/**
 * Makes a model check tensors before it takes them in `predict`, `apply`, `evaluate`, `fit` and `trainOnBatch`.
 * The models of the builders do so; one that was made or loaded otherwise does so after this call. Nothing else changes.
 *
 * @returns the model itself. Its methods throw a RangeError (`fit` and `trainOnBatch` reject with it) when a tensor has another
 * shape than the input expects, or there are not as many tensors as inputs: it names the input, gives both, and says what to do.
 * All but `apply`, which a custom training loop calls at each step, check the values too: for one that is no finite
 * number, and for tokens that the model's embedding does not have.
 *
 * @example
 * ```ts
 * const dense = tf.layers.dense({ units: 1, inputShape: [2] })
 * const model = checkedInputs(tf.sequential({ layers: [dense] }))
 * ```
 */
export function checkedInputs<Model extends tf.LayersModel>(model: Model): Model {
  checkArguments("checkedInputs", { model }, { model: MODEL });
  for (const name of AT_ONCE) {
    const original = model[name] as (...parameters: unknown[]) => unknown;
    replace(model, name, (...parameters) => {
      checkTensors(model, parameters[0], name !== "apply");
      return original.apply(model, parameters);
    });
  }
  for (const name of LATER) {
    const original = model[name] as (...parameters: unknown[]) => Promise<unknown>;
    replace(model, name, async (...parameters) => {
      checkTensors(model, parameters[0]);
      return original.apply(model, parameters);
    });
  }
  return model;
}

/** Not enumerable, like the methods of the class: whoever lists a model's properties sees what was there before. */
function replace(model: tf.LayersModel, name: string, value: (...parameters: unknown[]) => unknown): void {
  Object.defineProperty(model, name, { value, configurable: true, writable: true });
}

function checkTensors(model: tf.LayersModel, given: unknown, valuesToo = true): void {
  const tensors = given instanceof tf.Tensor ? [given] : given;
  const { inputs } = model;
  const named = tensors !== null && typeof tensors === "object" ? Object.values(tensors) : [];
  const byName = named.length > 0 && named.every((tensor) => tensor instanceof tf.Tensor);
  if (!Array.isArray(tensors) && !(tensors instanceof tf.SymbolicTensor) && !byName)
    throw new RangeError(
      `The model ${model.name} takes tensors (${inputs.map(inputText).join(", ")}); ${valueText(given)} was given. ` +
        "Make a tensor of it: tf.tensor(…).",
    );
  // Symbolic tensors and tensors by name stay tfjs's own affair.
  if (!Array.isArray(tensors) || tensors.some((tensor) => tensor instanceof tf.SymbolicTensor)) return;
  if (!Array.from(tensors).every((tensor) => tensor instanceof tf.Tensor))
    throw new RangeError(
      `The model ${model.name} takes tensors (${inputs.map(inputText).join(", ")}); a list of other things was given, ${valueText(tensors)}. ` +
        "Make a tensor of it: tf.tensor(list).",
    );
  const gone = tensors.findIndex(({ isDisposed }) => isDisposed);
  if (gone >= 0)
    throw new RangeError(
      `Tensor ${gone} given to the model ${model.name} was disposed. Dispose it only afterwards, or make it again.`,
    );
  if (tensors.length !== inputs.length)
    throw new RangeError(
      `The model ${model.name} has ${countText(inputs.length, "input")} (${inputs.map(inputText).join(", ")}); ` +
        `${countText(tensors.length, "tensor")} ${tensors.length === 1 ? "was" : "were"} given. ` +
        (inputs.length === 1 ? "Give one tensor." : "Give all of them as one list, in this order."),
    );
  for (const [number, input] of inputs.entries()) {
    const { shape } = at(tensors, number);
    if (!shapeFits(shape, input.shape))
      throw new RangeError(
        `The input ${inputText(input)} of the model ${model.name} was given a tensor of shape ${shapeText(shape)}. ` +
          remedy(shape, input.shape),
      );
  }
  // One example goes with any number of others.
  const batches = new Set(tensors.map(({ shape }) => shape[0]).filter((size) => size !== 1));
  if (batches.size > 1)
    throw new RangeError(
      `The inputs of the model ${model.name} were given ${[...batches].join(" and ")} examples. ` +
        "Give every input the same number.",
    );
  // A graph that is being recorded cannot read values.
  if (!valuesToo || isRecording()) return;
  for (const [number, input] of inputs.entries()) checkValues(model, input, at(tensors, number).dataSync());
}

function checkValues(model: tf.LayersModel, input: tf.SymbolicTensor, values: ArrayLike<number>): void {
  const readers = tokenReaders(model, input);
  for (let place = 0; place < values.length; place++) {
    const value = values[place] as number;
    if (!Number.isFinite(value))
      throw new RangeError(
        `Value ${place} of ${values.length} for the input ${inputText(input)} of the model ${model.name} is ${value}; a network ` +
          "takes finite numbers only. Remove or replace such values first.",
      );
    for (const { layer, vocabulary } of readers)
      if (!(value >= 0 && value < vocabulary))
        throw new RangeError(
          `Token ${value} for the input ${inputText(input)} of the model ${model.name} (value ${place} of ${values.length}) is none of ` +
            `the ${vocabulary} tokens of its layer ${layer}, 0 to ${vocabulary - 1}. Build the model with the vocabulary the ` +
            "tokens were made with.",
        );
  }
}

function remedy(shape: readonly number[], expected: readonly (number | null)[]): string {
  const [, ...example] = expected;
  if (shapeFits(shape, example)) return "It lacks the batch axis: give tensor.expandDims(0) for a batch of one.";
  const image = imageRemedy(shape.slice(1), example);
  if (image !== undefined) return image;
  const size = example.reduce<number>((product, side) => product * (side ?? Number.NaN), 1);
  const given = shape.slice(1).reduce((product, side) => product * side, 1);
  if (shape.length > 0 && size === given) return `Reshape it: tensor.reshape([-1, ${example.join(", ")}]).`;
  return "Give examples of the shape that is expected, or build the model for those that you have.";
}

const countText = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** `image [batch, 28, 28, 1]` */
function inputText({ name, shape }: tf.SymbolicTensor): string {
  return `${name} ${batchShapeText(shape)}`;
}
