// What must hold between a model and the data given to it, checked before any work: tfjs's own messages come late and name
// neither the data set nor the remedy (tensorflow/tfjs #6320).

import { imageRemedy, shapeFits, shapeText, sizeOfAxis } from "../arguments";
import { type Column, type Dataset, sizeOf } from "../data/dataset";
import { at } from "../indexing";
import { statefulLayer, tokenReaders } from "../layers/model-layers";
import { declaredLoss, declaredMetric, type LossDeclaration, type TargetNumbers } from "../losses/declarations";
import { compiledParts, givenLoss, measuresOf } from "../losses/measures";
import type { tf } from "../tfjs/tf";

// ## Models that carry state from batch to batch (`stateful: true`)
// All their batches have the size they were built for, and follow one another in order.

/** Whether a model carries state from batch to batch. */
export const isStateful = (model: tf.LayersModel): boolean => statefulLayer(model) !== undefined;

/**
 * The batch size to run a model with.
 *
 * @param given what was asked for, if anything was
 * @param usual for models of any batch size
 * @throws RangeError when a stateful model was built for another size, or the data set is not a whole number of its batches
 */
export function batchSizeFor(
  model: tf.LayersModel,
  dataset: Dataset,
  { given, usual }: { given?: number | undefined; usual: number },
): number {
  const layer = statefulLayer(model);
  const built = model.inputs[0]?.shape[0];
  if (layer === undefined || typeof built !== "number") return given ?? usual;
  const why = `The model ${model.name} carries state from batch to batch (its layer ${layer.name} is stateful) and was built for`;
  if (given !== undefined && given !== built)
    throw new RangeError(
      `${why} batches of ${built}; batchSize ${given} was given. Leave it out, or build the model with batchInputShape: [${given}, …].`,
    );
  if (dataset.size % built !== 0) {
    const below = dataset.size - (dataset.size % built);
    throw new RangeError(
      `${why} batches of ${built}; the ${dataset.size} examples of ${dataset.name} are no whole number of them. ` +
        (below > 0 ? `Take ${below} of them, dataset.take(${below}), or ` : `Give at least ${built} examples, or `) +
        "build the model with a batch size that divides them.",
    );
  }
  return built;
}

// ## Inputs and targets

/** @throws RangeError when the data set's inputs do not fit the model's. */
export function checkInputs(model: tf.LayersModel, dataset: Dataset): void {
  if (model.inputs.length !== dataset.inputs.length)
    throw new RangeError(
      `The model ${model.name} has ${model.inputs.length} input(s), the data set ${dataset.name} ${dataset.inputs.length}. ` +
        "Give a data set with one column for each input of the model.",
    );
  for (const [number, input] of model.inputs.entries()) {
    const column = at(dataset.inputs, number);
    const expected = input.shape.slice(1);
    if (!shapeFits(column.shape, expected))
      throw new RangeError(
        `The examples of ${dataset.name} have the shape ${shapeText(column.shape)}, the input ${input.name} of the model ` +
          `${model.name} expects ${shapeText(expected)}. ` +
          (imageRemedy(column.shape, expected) ??
            `Build the model with inputShape: ${shapeText(column.shape)}, or reshape the data.`),
      );
    checkTokens(model, input, dataset, column);
  }
}

/** An embedding has a row for each token: TensorFlow's message for one without a row names neither the data nor the model. */
function checkTokens(model: tf.LayersModel, input: tf.SymbolicTensor, dataset: Dataset, { values }: Column): void {
  for (const { layer, vocabulary } of tokenReaders(model, input)) {
    const wrong = values.findIndex((token) => !(token >= 0 && token < vocabulary));
    if (wrong >= 0)
      throw new RangeError(
        `Token ${values[wrong]} in ${dataset.name} (value ${wrong} of its inputs) is none of the ${vocabulary} tokens of the ` +
          `model's layer ${layer}, 0 to ${vocabulary - 1}. Build the model with the vocabulary the data were made with.`,
      );
  }
}

/** @throws RangeError when the data set's targets do not fit the model's outputs, or a label is no class of the model. */
export function checkTargets(model: tf.LayersModel, dataset: Dataset): void {
  if (model.outputs.length !== dataset.targets.length)
    throw new RangeError(
      `The model ${model.name} has ${model.outputs.length} output(s), the data set ${dataset.name} ` +
        `${dataset.targets.length} target(s). Give a data set with one target column for each output of the model.`,
    );
  const compiled = compiledParts(model);
  const { metrics } = measuresOf(model);
  for (const [number, output] of model.outputs.entries()) {
    const target = at(dataset.targets, number);
    const shape = output.shape.slice(1);
    const loss = givenLoss(compiled, number);
    // tfjs's own functions are called huberLoss__op.
    const called =
      typeof loss === "string" ? loss : (loss as { name: string } | undefined)?.name.replace(/_+(op)?$/, "");
    const check = (declared: LossDeclaration, taker: Taker): void =>
      checkTarget(dataset, target, `output ${output.name} of the model ${model.name}`, shape, declared, taker);
    const declared = declaredLoss(loss);
    check(declared, { kind: "loss", name: `the loss ${called}` });
    for (const { name, given } of metrics.filter(({ output }) => output === number)) {
      const { ignoredLabel = declared.ignoredLabel, ...metric } = declaredMetric(given, loss, target.shape, shape);
      check({ ...metric, ignoredLabel }, { kind: "metric", name: `the metric ${name}` });
    }
  }
}

/** The loss or metric that takes the targets. */
interface Taker {
  readonly kind: "loss" | "metric";
  readonly name: string;
}

const ANOTHER_METRIC = "Give targets that it takes, or leave the metric out.";

function checkTarget(
  dataset: Dataset,
  target: Column,
  owner: string,
  shape: (number | null)[],
  { targets, numbers, ignoredLabel, blank = 0 }: LossDeclaration,
  taker: Taker,
): void {
  if (targets === "label sequences") checkLabelSequences(dataset, target, `the ${owner}`, shape, blank, taker);
  else if (targets === "class numbers") checkLabels(dataset, target, shape, ignoredLabel, taker);
  else if (targets === "values" && !fitsValues(target.shape, shape)) {
    const remedy =
      target.dtype === "int32" && sizeOf(target.shape) === 1
        ? 'For class numbers as targets, compile with loss: "sparseCategoricalCrossentropy".'
        : "Give the last layer as many units as a target has values.";
    throw new RangeError(
      `The targets of ${dataset.name} have the shape ${shapeText(target.shape)}, the ${owner} has ${shapeText(shape)}, and ` +
        `${taker.name} compares them value by value. ${taker.kind === "loss" ? remedy : ANOTHER_METRIC}`,
    );
  }
  if (numbers !== undefined) checkNumbers(dataset, target, numbers, taker);
}

/** What is computed of probabilities may be off by the rounding of float32. */
const ROUNDING = 1e-5;

const NUMBERS: Readonly<Record<TargetNumbers, { least: number; most: number; what: string; remedy: string }>> = {
  probabilities: {
    ...{ least: 0, most: 1, what: "probabilities, 0 to 1" },
    remedy:
      "Number two classes 0 and 1; give each of several classes a value (tf.oneHot), or compile with loss: " +
      '"sparseCategoricalCrossentropy" for class numbers; for any other numbers compile with loss: "meanSquaredError".',
  },
  signs: {
    ...{ least: -1, most: 1, what: "-1 for one class and 1 for the other" },
    remedy: "Number the classes -1 and 1 (of labels 0 and 1: 2 * label - 1).",
  },
  counts: {
    ...{ least: 0, most: Number.POSITIVE_INFINITY, what: "counts, 0 or more" },
    remedy: 'For numbers of any sign compile with loss: "meanSquaredError".',
  },
};

/** A loss computes with any number: of one that it has no meaning for, what is measured and learned has none either. */
function checkNumbers({ name }: Dataset, { values }: Column, numbers: TargetNumbers, taker: Taker): void {
  const { least, most, what, remedy: ofLoss } = NUMBERS[numbers];
  const remedy = taker.kind === "loss" ? ofLoss : ANOTHER_METRIC;
  const wrong = values.findIndex((value) => !(value >= least - ROUNDING && value <= most + ROUNDING));
  if (wrong >= 0)
    throw new RangeError(
      `Target ${Number(values[wrong]?.toPrecision(7))} in ${name} (value ${wrong} of its targets) is none that ${taker.name} takes: ${what}. ${remedy}`,
    );
  // Whatever the output is, a hinge of 0 is 1: a class of that number would not be learned. Keras takes 0 for -1 then.
  const zero = numbers === "signs" ? values.indexOf(0) : -1;
  if (zero >= 0 && values.every((value) => value >= 0))
    throw new RangeError(
      `The targets of ${name} are 0 to 1 (value ${zero} is 0), and ${taker.name} takes ${what}. ${remedy}`,
    );
}

/** The last axis may be left out where the output has one value in it. */
function fitsValues(target: readonly number[], output: (number | null)[]): boolean {
  return shapeFits(target, output) || (output.at(-1) === 1 && shapeFits(target, output.slice(0, -1)));
}

/** Each position of the output has a label, which must be the number of one of its classes. */
function checkLabels(
  dataset: Dataset,
  target: Column,
  outputShape: (number | null)[],
  ignored: number | undefined,
  taker: Taker,
): void {
  const isLoss = taker.kind === "loss";
  const classes = sizeOfAxis(outputShape, -1);
  const positions = outputShape.slice(0, -1);
  if (!shapeFits(target.shape, positions) && !shapeFits(target.shape, [...positions, 1]))
    throw new RangeError(
      `The targets of ${dataset.name} have the shape ${shapeText(target.shape)}, but ${isLoss ? "sparse categorical cross-entropy" : taker.name} over ` +
        `an output of shape ${shapeText(outputShape)} takes class numbers of shape ${shapeText(positions)}. ` +
        (isLoss ? 'For one-hot targets compile with loss: "categoricalCrossentropy".' : ANOTHER_METRIC),
    );
  const wrong = target.values.findIndex(
    (label) => label !== ignored && !(Number.isInteger(label) && label >= 0 && label < classes),
  );
  if (wrong >= 0)
    throw new RangeError(
      `Label ${target.values[wrong]} in ${dataset.name} (value ${wrong} of its targets) is none of the model's ${classes} ` +
        `classes, 0 to ${classes - 1}. Give the last layer as many units as there are classes, or number the classes from 0.`,
    );
}

/** Each example has labels that are classes, blanks after them only, and as many steps as the labels need. */
function checkLabelSequences(
  { name }: Dataset,
  { values, shape, stride }: Column,
  owner: string,
  outputShape: (number | null)[],
  blank: number,
  taker: Taker,
): void {
  const [length] = shape;
  const [time = null, classes] = outputShape;
  if (length === undefined || shape.length > 1 || outputShape.length !== 2)
    throw new RangeError(
      `The targets of ${name} have the shape ${shapeText(shape)}, ${owner} has ${shapeText(outputShape)}, and ${taker.name} takes ` +
        "label sequences, of shape [labels], for an output of shape [time, classes]. Fill shorter sequences up (pad).",
    );
  if (classes === null || classes === undefined || classes < 2 || blank >= classes)
    throw new RangeError(
      `The blank of ${taker.name} is ${blank}, and ${owner} has ${classes} classes, 0 to ${Number(classes) - 1}. Give the last ` +
        "layer a unit more, or the loss another blank.",
    );
  for (let number = 0, start = 0; start + length <= values.length; number++, start += stride ?? length) {
    const row = Array.from(values.subarray(start, start + length));
    const example = `Example ${number} of ${name} has the labels [${row.join(", ")}]`;
    const end = row.indexOf(blank);
    const labels = end < 0 ? row : row.slice(0, end);
    const wrong = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
    if (wrong !== undefined)
      throw new RangeError(
        `${example}, and ${wrong} is none of the classes of ${owner}, 0 to ${classes - 1}. Give the last layer as many units as ` +
          "there are labels, and one for the blank.",
      );
    if (row.slice(labels.length).some((label) => label !== blank))
      throw new RangeError(
        `${example}, with one behind a ${blank}, which is the blank of ${taker.name}: it stands for no label, and after the last ` +
          "one only. Number the labels otherwise, or give the loss another blank.",
      );
    const needed = labels.length + labels.filter((label, i) => i > 0 && label === labels[i - 1]).length;
    if (time !== null && needed > time)
      throw new RangeError(
        `${example}, which take ${needed} steps, one for each and one between two that are the same; ${owner} has ${time}. Give ` +
          "the model fewer strides or longer inputs, or leave such examples out.",
      );
  }
}
