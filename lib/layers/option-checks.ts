// What the options of layers and models must be, checked before anything is built.

import type { Kind } from "../arguments";
import { both, fields, noFieldBut, optional, shown } from "../arguments";

/** No layer has more of anything: a slip, which would take hours or all the memory. */
const MOST = 16_384;
/** But there may be a million tokens, or numbers in an example. */
const MANY = ["vocabulary", "sourceVocabulary", "targetVocabulary", "length", "features", "inputs", "inputShape"];
const MOST_OF_MANY = 1_000_000;
/** Kernels of more start orthogonal after minutes only. */
const MOST_RECURRENT = 2048;

/** What every layer of tfjs's takes; a model that is loaded gives some of it. */
const OF_ALL_LAYERS = [
  ...["name", "trainable", "dtype", "weights", "inputShape", "batchInputShape", "batchSize", "inputDType", "updatable"],
  ...["customObjects", "stateful", "unroll"], // when a model is loaded, or tfjs makes two of a recurrent layer
];

/** A layer's options: an object whose fields are of these kinds, or what every layer takes. */
export const layerOptions = (kinds: Readonly<Record<string, Kind>>): Kind =>
  both(fields(kinds), noFieldBut([...new Set([...Object.keys(kinds), ...OF_ALL_LAYERS])]));

/** Those of a layer that may be made without any. */
export const layerSettings = (kinds: Readonly<Record<string, Kind>> = {}): Kind =>
  optional(layerOptions(Object.fromEntries(Object.entries(kinds).map(([name, inner]) => [name, optional(inner)]))));

/**
 * @param owner who was given the options: `"buildCnn"`.
 * @throws RangeError unless every option is a whole number of at least 1, or a list of at least one of them.
 */
export function checkCounts(owner: string, counts: Record<string, number | readonly number[]>): void {
  for (const [name, value] of Object.entries(counts)) {
    const numbers = [value].flat();
    const most = MANY.includes(name) ? MOST_OF_MANY : MOST;
    if (numbers.length === 0 || numbers.some((count) => !Number.isInteger(count) || count < 1 || count > most))
      throw new RangeError(
        `${owner}: ${name} is ${countsIn(value)}; it needs whole numbers of at least 1 (and at most ` +
          `${most.toLocaleString("en-GB")}), and at least one of them.`,
      );
  }
}

/** @throws RangeError for a recurrent layer of so many units that its kernels would take minutes to begin with. */
export function checkRecurrentUnits(owner: string, units: number | readonly number[]): void {
  checkCounts(owner, { units });
  const most = Math.max(...[units].flat());
  if (most > MOST_RECURRENT)
    throw new RangeError(
      `${owner}: units is ${countsIn(units)}; a recurrent layer here has at most 2,048, since the orthogonal kernels of more ` +
        "take minutes to make. 128 is usual; tf.layers.lstm with a recurrentInitializer of your own takes any number.",
    );
}

/** Numbers as they were given, or what was given instead. */
function countsIn(value: unknown): string {
  const numbers = [value].flat();
  if (!numbers.every((count) => typeof count === "number")) return shown(value);
  return Array.isArray(value) ? `[${Array.from(value, shown).join(", ")}]` : String(value);
}

/** @throws RangeError unless every option is a share of what is dropped: at least 0 and below 1. */
export function checkRates(owner: string, rates: Record<string, number>): void {
  for (const [name, rate] of Object.entries(rates)) {
    if (!(typeof rate === "number" && rate >= 0 && rate < 1))
      throw new RangeError(
        `${owner}: ${name} is ${shown(rate)}; it needs a share of at least 0 and below 1. 0 is no dropout, 0.1 is usual.`,
      );
  }
}

/** @throws RangeError unless the step size is a number above 0. */
export function checkLearningRate(owner: string, learningRate: number): void {
  if (!(Number.isFinite(learningRate) && learningRate > 0))
    throw new RangeError(
      `${owner}: learningRate is ${shown(learningRate)}; it needs a number above 0. 0.001 is usual for Adam.`,
    );
}

/** @throws RangeError unless an image's shape has three sides. */
export function checkImageShape(owner: string, inputShape: readonly number[]): void {
  if (!Array.isArray(inputShape))
    throw new RangeError(`${owner}: inputShape is ${shown(inputShape)}; it is a list of three sizes, as [28, 28, 1].`);
  if (inputShape.length !== 3)
    throw new RangeError(
      `${owner}: inputShape is ${written(inputShape)}, of ${inputShape.length} numbers; an image has 3: height, width and ` +
        "channels. Grey images have 1 channel, as [28, 28, 1].",
    );
}

/** @throws RangeError unless the value is one of those named. */
export function checkChoice(owner: string, name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new RangeError(
      `${owner}: ${name} is ${shown(value)}; it is one of ${choices.map((c) => `"${c}"`).join(", ")}.`,
    );
}

/** @throws RangeError unless the width divides evenly among the heads. */
export function checkHeads(owner: string, width: number, heads: number): void {
  if (width % heads === 0) return;
  const fitting = Array.from({ length: width }, (_, index) => index + 1).filter((count) => width % count === 0);
  const below = fitting.filter((count) => count < heads).at(-1) ?? 1;
  const above = fitting.find((count) => count > heads) ?? width;
  throw new RangeError(
    `${owner}: a width of ${width} cannot be divided among ${heads} heads (${width} / ${heads} is no whole number). ` +
      `Take ${below} or ${above} heads, or a width of ${Math.ceil(width / heads) * heads}.`,
  );
}

/**
 * @param layer the layer's name.
 * @param shape of one of its inputs, the batch axis first.
 * @param axes what the input's axes are: `["batch", "time", "width"]`.
 * @throws RangeError unless the input has so many axes, and the last one a known size.
 */
export function checkAxes(layer: string, shape: readonly (number | null)[] | undefined, axes: readonly string[]): void {
  if (shape === undefined)
    throw new RangeError(`${layer}: an input of shape [${axes.join(", ")}] is missing; give all inputs as one list.`);
  const written = shape.map((size, axis) => size ?? (axis === 0 ? "batch" : "any")).join(", ");
  if (shape.length !== axes.length)
    throw new RangeError(
      `${layer}: the input has ${shape.length} axes, [${written}]; ${axes.length} are expected, [${axes.join(", ")}]. ` +
        (shape.length < axes.length
          ? "Tokens become vectors by an embedding before this layer; single examples need a batch axis first."
          : "Reshape the input."),
    );
  if (axes.at(-1) === "width") checkWidthKnown(layer, shape);
}

/** @throws RangeError unless the last axis, for which a layer makes its weights, has a size. */
export function checkWidthKnown(layer: string, shape: readonly (number | null)[]): void {
  if (typeof shape.at(-1) !== "number")
    throw new RangeError(
      `${layer}: the width of the input, ${writtenBatch(shape)}, is not known; give the last axis of its shape a size, as in [batch, time, 64].`,
    );
}

/** @throws RangeError unless an input is as wide as the one that the layer's weights were made for. */
export function checkWidth(layer: string, shape: readonly number[], width: number): void {
  if (shape.at(-1) !== width)
    throw new RangeError(
      `${layer}: the input, ${written(shape)}, is ${shape.at(-1)} wide; the layer's weights were made for a width of ${width}. ` +
        `Give inputs of width ${width}, or take a layer of its own for this one.`,
    );
}

/** @throws RangeError unless a mask has a number for each key of each example (or the same for all). */
export function checkMask(owner: string, mask: readonly number[], batch: number, keys: number): void {
  if (!fits(mask, [batch, keys]) && !fits(mask, [1, keys]))
    throw new RangeError(
      `${owner}: the mask has the shape ${written(mask)}; [${batch}, ${keys}] is expected, [batch, keys]. ` +
        "Give 1 for each key that may be seen and 0 for padding: PaddingMask makes that of tokens.",
    );
}

/** @throws RangeError unless there is a dot product of each query with each key, and a value for each key. */
export function checkAttended(
  owner: string,
  shapes: { queries: readonly number[]; keys: readonly number[]; values: readonly number[] },
): void {
  const { queries, keys, values } = shapes;
  const given = `${owner}: queries ${written(queries)}, keys ${written(keys)} and values ${written(values)}`;
  if (queries.at(-1) !== keys.at(-1))
    throw new RangeError(
      `${given}: queries of width ${queries.at(-1)} and keys of width ${keys.at(-1)} have no dot product. ` +
        "Give both the same width.",
    );
  if (keys.at(-2) !== values.at(-2))
    throw new RangeError(`${given}: ${keys.at(-2)} keys and ${values.at(-2)} values. Give one value for each key.`);
  for (const others of [keys, values])
    if (!queries.slice(0, -2).every((size, axis) => size === others[axis] || size === 1 || others[axis] === 1))
      throw new RangeError(
        `${given}: ${written(queries.slice(0, -2))} and ${written(others.slice(0, -2))} before the last two axes. ` +
          "Give all of them the same batch (and the same heads).",
      );
}

/** Whether a shape is the expected one, where `null` stands for any size. */
export function fits(shape: readonly number[], expected: readonly (number | null)[]): boolean {
  return shape.length === expected.length && expected.every((side, axis) => side === null || side === shape[axis]);
}

/** The shape of an input with its batch axis: `[batch, 28, 28, 1]`. */
export function writtenBatch(shape: readonly (number | null)[]): string {
  if (shape.length === 0) return "[]";
  const [batch, ...example] = shape;
  return `[${[batch ?? "batch", ...example.map((side) => side ?? "any")].join(", ")}]`;
}

/** A shape as messages have it: `[28, 28, 1]`. */
export function written(shape: readonly (number | null)[]): string {
  return `[${shape.map((side) => side ?? "any").join(", ")}]`;
}
