// What the options of layers and models must be, checked before anything is built.

import { both, fields, isWholeNumber, type Kind, noFieldBut, optional, shapeText, valueText } from "./arguments";

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
    if (numbers.length === 0 || numbers.some((count) => !isWholeNumber(count, { most })))
      throw new RangeError(
        `${owner}: ${name} is ${countsIn(value)}; it needs ${Array.isArray(value) ? "whole numbers" : "a whole number"} of at ` +
          `least 1 (and at most ${most.toLocaleString("en-GB")})${Array.isArray(value) ? ", and at least one of them" : ""}.`,
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
  if (!numbers.every((count) => typeof count === "number")) return valueText(value);
  return Array.isArray(value) ? `[${Array.from(value, valueText).join(", ")}]` : String(value);
}

/** @throws RangeError unless every option is a share of what is dropped: at least 0 and below 1. */
export function checkRates(owner: string, rates: Record<string, number>): void {
  for (const [name, rate] of Object.entries(rates)) {
    if (!(typeof rate === "number" && rate >= 0 && rate < 1))
      throw new RangeError(
        `${owner}: ${name} is ${valueText(rate)}; it needs a share of at least 0 and below 1. 0 is no dropout, 0.1 is usual.`,
      );
  }
}

/**
 * @param what is checked, as messages have it: `"buildCnn: learningRate"`.
 * @param usual a sentence: what is usual there.
 * @throws RangeError unless the step size is a number above 0.
 */
export function checkLearningRate(
  what: string,
  rate: unknown,
  usual = "0.001 is usual for Adam.",
): asserts rate is number {
  if (typeof rate === "number" && Number.isFinite(rate) && rate > 0) return;
  throw new RangeError(`${what} is ${valueText(rate)}; it needs a number above 0. ${usual}`);
}

/** @throws RangeError unless an image's shape has three sides. */
export function checkImageShape(owner: string, inputShape: readonly number[]): void {
  if (!Array.isArray(inputShape))
    throw new RangeError(
      `${owner}: inputShape is ${valueText(inputShape)}; it is a list of three sizes, as [28, 28, 1].`,
    );
  if (inputShape.length !== 3)
    throw new RangeError(
      `${owner}: inputShape is ${shapeText(inputShape)}, of ${inputShape.length} numbers; an image has 3: height, width and ` +
        "channels. Grey images have 1 channel, as [28, 28, 1].",
    );
}

/** @throws RangeError unless the value is one of those named. */
export function checkChoice(owner: string, name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new RangeError(
      `${owner}: ${name} is ${valueText(value)}; it is one of ${choices.map((c) => `"${c}"`).join(", ")}.`,
    );
}

/**
 * @param halvings how often a network halves the sides of an image: once for each of its filters.
 * @returns height and width after that.
 * @throws RangeError unless an image's shape has three sides, and the first two can be halved so often.
 */
export function halvedSides(
  owner: string,
  inputShape: readonly number[],
  halvings: number,
): [height: number, width: number] {
  checkImageShape(owner, inputShape);
  const [height = 0, width = 0] = inputShape;
  const factor = 2 ** halvings;
  if (height % factor !== 0 || width % factor !== 0)
    throw new RangeError(
      `${owner}: an image of ${height} × ${width} cannot be halved ${halvings} times, once for each of filters; its sides must be multiples ` +
        `of ${factor}. Give fewer filters, or other images.`,
    );
  return [height / factor, width / factor];
}
