// What a public function may be given. TypeScript holds back most of what does not fit, but not in a cell that says `any`, reads a
// file or leaves a value out; then a message of ours says what was given, what is expected and what to do, before any work.

// ## Whole numbers
// They say how many, how long or how often: one test and one wording for all of them.

/** What a whole number may be. */
interface WholeNumberLimits {
  /** Default 1. */
  readonly least?: number;
  /** Default: none. */
  readonly most?: number;
}

/** Whether a value is a whole number within the limits. */
export function isWholeNumber(value: unknown, limits: WholeNumberLimits = {}): value is number {
  const { least = 1, most = Number.POSITIVE_INFINITY } = limits;
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

/** What is expected, as messages have it: `"a whole number of at least 1"`, `"a whole number from 1 to 10,000"`. */
function wholeNumberText({ least = 1, most = Number.POSITIVE_INFINITY }: WholeNumberLimits = {}): string {
  const [first, last] = [least, most].map((limit) => limit.toLocaleString("en-GB"));
  return Number.isFinite(most) ? `a whole number from ${first} to ${last}` : `a whole number of at least ${first}`;
}

/**
 * @param what is checked, as messages have it: `"curve: steps"`.
 * @param remedy a sentence after the limits: what is usual, or where they come from.
 * @throws RangeError unless it is a whole number within the limits.
 */
export function checkWholeNumber(what: string, value: number, limits: WholeNumberLimits = {}, remedy = ""): void {
  if (isWholeNumber(value, limits)) return;
  throw new RangeError(`${what} is ${value}; it is ${wholeNumberText(limits)}.${remedy === "" ? "" : ` ${remedy}`}`);
}

// ## Shapes
// Whether one is what is expected, and how messages write them.

/** Whether a shape is the expected one, where `null` stands for any size. */
export function shapeFits(shape: readonly number[], expected: readonly (number | null)[]): boolean {
  return shape.length === expected.length && expected.every((side, axis) => side === null || side === shape[axis]);
}

/** The shape of an input with its batch axis: `[batch, 28, 28, 1]`. */
export function batchShapeText(shape: readonly (number | null)[]): string {
  if (shape.length === 0) return "[]";
  const [batch, ...example] = shape;
  return `[${[batch ?? "batch", ...example.map((side) => side ?? "any")].join(", ")}]`;
}

/** A shape as messages have it: `[28, 28, 1]`. */
export function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((side) => side ?? "any").join(", ")}]`;
}

/**
 * @param axis from 0, or from −1 backwards
 * @throws RangeError where the shape has no such axis, or its size is not known
 */
export function sizeOfAxis(shape: readonly (number | null)[], axis: number): number {
  const size = shape.at(axis);
  if (typeof size !== "number")
    throw new RangeError(`The shape ${shapeText(shape)} has no known size at axis ${axis}.`);
  return size;
}

/** Images with a channel for grey, for three colours, or for these and how far one sees through. */
const KINDS: Readonly<Record<number, string>> = { 1: "grey", 3: "in colour", 4: "in colour with an alpha channel" };
const OTHERS_MADE: Readonly<Record<string, string>> = {
  "1 3": "give each pixel its grey three times: tf.image.grayscaleToRGB(images)",
  "3 1": "take the mean of its colours: images.mean(-1, true)",
  "4 3": "leave the alpha channel out: images.slice([0, 0, 0, 0], [-1, -1, -1, 3])",
};

/**
 * @param shape one example's, without the batch.
 * @returns what to do with images that differ from the expected ones in nothing but their channels, or nothing but their size.
 */
export function imageRemedy(shape: readonly number[], expected: readonly (number | null)[]): string | undefined {
  if (shape.length !== 3 || expected.length !== 3) return undefined;
  const [height, width, wanted = 0] = expected;
  const given = sizeOfAxis(shape, 2);
  const build = `Build the model with inputShape: ${shapeText(shape)}`;
  if (wanted === null) return undefined;
  if (given === wanted)
    return `${build}, or give the images the size expected: tf.image.resizeBilinear(images, [${height}, ${width}]).`;
  if (!shapeFits(shape.slice(0, 2), expected.slice(0, 2)) || !(given in KINDS && wanted in KINDS)) return undefined;
  const made = OTHERS_MADE[`${given} ${wanted}`];
  const network = wanted === 1 ? "grey images" : `images ${KINDS[wanted]}`;
  return `The images are ${KINDS[given]}, the network is for ${network}. ${build}${made ? `, or ${made}` : ""}.`;
}

// ## Arguments, by their kinds

/** What an argument must be: says what is wrong with a value, as a sentence without its stop, or nothing. */
export type Kind = (value: unknown, name: string) => string | undefined;

/**
 * @param owner the function that was called
 * @param values by the names of its parameters
 * @param kinds by the same names
 * @throws RangeError for the first that is of another kind
 */
export function checkArguments(owner: string, values: object, kinds: Readonly<Record<string, Kind>>): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const fault = kind((values as Record<string, unknown>)[name], name);
    if (fault !== undefined) throw new RangeError(`${owner}: ${fault}.`);
  }
}

function formatNumber(value: number): string {
  return value.toLocaleString("en-GB");
}

const SHOWN_TEXT = 40;
const SHOWN_ITEMS = 4;

/** A value as messages have it: short, whatever it is. */
export function valueText(value: unknown): string {
  if (typeof value === "string") {
    const cut = value.length > SHOWN_TEXT ? `${value.slice(0, SHOWN_TEXT)}…` : value;
    return JSON.stringify(cut);
  }
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (value === null || typeof value !== "object") return String(value);
  if (isTensor(value)) {
    const { isDisposed, shape, dtype } = value;
    return `${isDisposed ? "a disposed tensor" : "a tensor"} [${shape.join(", ")}], ${dtype}`;
  }
  if (isModel(value)) return `${isGone(value) ? "the disposed model" : "the model"} ${value.name}`;
  if (isDataset(value)) return `the data set ${value.name}`;
  if (Array.isArray(value)) {
    if (value.length > SHOWN_ITEMS) return `a list of ${value.length}`;
    return `the list [${Array.from(value, (item) => (Array.isArray(item) ? `a list of ${item.length}` : valueText(item))).join(", ")}]`;
  }
  if (ArrayBuffer.isView(value))
    return `a ${value.constructor.name} of ${(value as unknown as ArrayLike<number>).length}`;
  if (value instanceof Promise) return "a promise (await it)";
  if (value instanceof Date) return "a Date";
  const name = value.constructor?.name ?? "Object";
  return name === "Object"
    ? `an object {${Object.keys(value).slice(0, SHOWN_ITEMS).join(", ")}}`
    : `an object, ${name}`;
}

/** A kind by a test; `what` ends the sentence "length is 0.5; it is …", `remedy` is a sentence without its stop. */
export function kind(what: string, accepts: (value: unknown) => boolean, remedy = ""): Kind {
  return (value, name) =>
    accepts(value) ? undefined : `${name} is ${valueText(value)}; it is ${what}${remedy === "" ? "" : `. ${remedy}`}`;
}

/** May be left out. */
export const optional =
  (inner: Kind): Kind =>
  (value, name) =>
    value === undefined ? undefined : inner(value, name);

/** Options: an object whose fields are of these kinds; what may be left out is `optional`. */
export const fields =
  (kinds: Readonly<Record<string, Kind>>): Kind =>
  (value, name) => {
    const given = (value ?? {}) as Record<string, unknown>;
    const missing = Object.keys(kinds).find((field) => given[field] === undefined && kinds[field]?.(undefined, field));
    const words = `${name} is ${valueText(value)}; it is an object with the fields ${Object.keys(kinds).join(", ")}`;
    if (!isRecord(value)) return words;
    if (missing !== undefined) {
      const none = !(missing in given) && Object.keys(kinds).every((field) => given[field] === undefined);
      return none ? words : `${missing} is missing (undefined): ${words}`;
    }
    for (const [field, inner] of Object.entries(kinds)) {
      const fault = inner(value[field], field);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

/** Options as `fields`, and no others: one of another name is a slip, and would be left out without a word. */
export const optionsOf = (kinds: Readonly<Record<string, Kind>>): Kind =>
  both(fields(kinds), noFieldBut(Object.keys(kinds)));

/** Options that may be left out as a whole. */
export const settings = (kinds: Readonly<Record<string, Kind>>): Kind =>
  optional(optionsOf(Object.fromEntries(Object.entries(kinds).map(([name, inner]) => [name, optional(inner)]))));

/** An object without fields of other names than these. */
export const noFieldBut =
  (names: readonly string[]): Kind =>
  (value, name) => {
    const other = Object.keys(value as object).find((field) => !names.includes(field));
    return other === undefined
      ? undefined
      : `${name} has a field ${JSON.stringify(other)}; it is an object with the fields ${names.join(", ")}, and no others`;
  };

/** All of several kinds. */
export const both =
  (...kinds: readonly Kind[]): Kind =>
  (value, name) => {
    for (const inner of kinds) {
      const fault = inner(value, name);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

/** One of several kinds. Where none fits, the one that fits but for something inside has the word, or else the last. */
export const either =
  (...kinds: readonly Kind[]): Kind =>
  (value, name) => {
    const faults = kinds.map((inner) => inner(value, name));
    if (faults.includes(undefined)) return undefined;
    return faults.find((fault) => !fault?.startsWith(`${name} is `)) ?? faults.at(-1);
  };

/** A count. More than `most` would take hours, or all the memory. */
export const countFrom = (least = 1, most = 1_000_000): Kind =>
  kind(wholeNumberText({ least, most }), (value) => isWholeNumber(value, { least, most }));

/** A number that may not be too large: more would take hours, or all the memory. What else it must be is checked later. */
export const atMost = (most: number): Kind =>
  kind(`a number, ${formatNumber(most)} at most`, (value) => typeof value === "number" && !(value > most));

/** A number; what else it must be is checked later. */
export const NUMERIC = kind("a number", (value) => typeof value === "number");
/** A whole number of any size, such as a seed or the number of a token. */
export const WHOLE = kind("a whole number", Number.isSafeInteger);
/** A number that is neither infinite nor NaN. */
export const NUMBER = kind("a finite number", Number.isFinite);
/** true or false. */
export const FLAG = kind("true or false", (value) => typeof value === "boolean");
/** Text, maybe empty. */
export const STRING = kind("a text", (value) => typeof value === "string");
/** A function. */
export const FUNCTION = kind("a function", (value) => typeof value === "function");
/** What stops work: of an AbortController. */
export const SIGNAL = kind("the signal of an AbortController", (value) => value instanceof AbortSignal);

/** One of some texts. */
export const choice = (...choices: readonly string[]): Kind =>
  kind(`one of ${choices.map((one) => JSON.stringify(one)).join(", ")}`, (value) => choices.includes(value as string));

/** A list (or a typed array), each item of one kind. */
export const list =
  (what: string, item: Kind): Kind =>
  (value, name) => {
    const isOther = ArrayBuffer.isView(value) && item(0, name) !== undefined; // numbers alone are in it
    if (!isList(value) || isOther) return `${name} is ${valueText(value)}; it is a list: ${what}`;
    if (ArrayBuffer.isView(value) && item === NUMBER && !(value instanceof Float32Array)) return undefined;
    for (let i = 0; i < value.length; i++) {
      const fault = item(value[i], `${name}[${i}]`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

/** A list of finite numbers, typed or not. */
export const NUMBERS = list("numbers", NUMBER);
/** Where something begins and ends. */
export const RANGE = both(
  list("two numbers, where it begins and where it ends", NUMERIC),
  kind("a list of two numbers, where it begins and where it ends", (value) => Object(value).length === 2),
);
const INT32 = { least: -(2 ** 31), most: 2 ** 31 - 1 };
/** The number of a token or a label, which is kept as an int32: a larger one would become another. */
export const TOKEN = kind(wholeNumberText(INT32), (value) => isWholeNumber(value, INT32));
/** A list of token numbers. */
export const TOKENS = list("the numbers of tokens, from a tokenizer's encode", TOKEN);
/** A list of texts. */
export const STRINGS = list("texts", STRING);
/** A shape: sizes of at least 1. */
export const SHAPE = list("the sizes of its axes", countFrom());

/** An object by whose keys its values are known, each of one kind. */
export const byName =
  (what: string, item: Kind): Kind =>
  (value, name) => {
    if (!isRecord(value)) return `${name} is ${valueText(value)}; it is an object: ${what}`;
    for (const [key, inner] of Object.entries(value)) {
      const fault = item(inner, `${name}.${key}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isDisposed: boolean;
}

interface ModelLike {
  readonly name: string;
  /** tfjs's count of those who use a model; 0 when it was disposed. */
  readonly _refCount?: number | null;
}

const isTensor = (value: unknown): value is TensorLike => isObject(value) && "dataId" in value && "dtype" in value;
const isModel = (value: unknown): value is ModelLike =>
  isObject(value) && "apply" in value && Array.isArray(value.inputs) && Array.isArray(value.outputs);
const isGone = ({ _refCount }: ModelLike): boolean => _refCount === 0;
const isDataset = (value: unknown): value is { readonly name: string } =>
  isObject(value) && typeof value.batches === "function" && Array.isArray(value.targets);

/** A tensor of numbers that is not disposed. */
export const TENSOR = kind(
  "a tensor of numbers that is in memory",
  (value) => isTensor(value) && !value.isDisposed && value.dtype !== "string",
  "Make one with tf.tensor(…), and dispose it only afterwards",
);
/** One tensor, or a list of some. */
export const TENSORS = either(list("tensors", TENSOR), TENSOR);
/** A model that is not disposed. */
export const MODEL = kind(
  "a model that is in memory",
  (value) => isModel(value) && !isGone(value),
  "Build one (buildMlp(…), tf.sequential(…)), and dispose it only afterwards",
);
/** A data set. */
export const DATASET = kind("a data set", isDataset, "Load one (loadMnist(), spirals()), or make one: new Dataset(…)");
/** An optimizer. */
export const OPTIMIZER = kind(
  "an optimizer",
  (value) => isObject(value) && "applyGradients" in value,
  "Make one: tf.train.adam(0.001)",
);
/** A tokenizer. */
export const TOKENIZER = kind(
  "a tokenizer",
  (value) => isObject(value) && typeof value.encode === "function" && typeof value.decode === "function",
  "Make one: new CharacterTokenizer(text)",
);

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object";
}

/** An object as it is written in a program: no list, tensor, model or other thing with a class of its own. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    isObject(value) &&
    !isList(value) &&
    !isTensor(value) &&
    !isModel(value) &&
    !isDataset(value) &&
    !(value instanceof Date) &&
    !(value instanceof Promise)
  );
}

/** A list, or a typed array. */
function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
