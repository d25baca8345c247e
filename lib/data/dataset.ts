// A data set: examples in compact arrays, which become tensors a batch at a time. 60,000 MNIST digits stay 47 MB of bytes;
// as one float32 tensor they would be 188 MB.

import {
  checkArguments,
  checkWholeNumber,
  choice,
  countFrom,
  FUNCTION,
  fields,
  isWholeNumber,
  type Kind,
  kind,
  list,
  NUMBER,
  NUMERIC,
  optional,
  STRING,
  STRINGS,
  valueText,
} from "../arguments";
import { at } from "../indexing";
import { Random } from "../random";
import { tf } from "../tfjs/tf";

const COLUMN = fields({
  values: kind("a Uint8Array, an Int32Array or a Float32Array", (value) => ArrayBuffer.isView(value)),
  shape: list("the sizes of an example's axes", countFrom()),
  stride: optional(NUMERIC),
  dtype: choice("float32", "int32"),
  scale: optional(NUMBER),
  vary: optional(FUNCTION),
});
/** What a data set is made of; another data set is, too. */
const PARTS: Kind = (value, name) =>
  value instanceof Dataset
    ? undefined
    : fields({
        name: STRING,
        inputs: list("columns", COLUMN),
        targets: list("columns", COLUMN),
        classNames: optional(STRINGS),
      })(value, name);

/** Which examples of the columns belong to a data set. */
const PLACES = list("places", countFrom(0, 2 ** 32));

/** What every example holds at one input (or target) of a model: an image, a label, a window of a series. */
export interface Column {
  /** All examples, one after another. */
  readonly values: Uint8Array | Int32Array | Float32Array;
  /** The shape of one example: `[28, 28, 1]` for an MNIST image, `[]` for a label. */
  readonly shape: readonly number[];
  /**
   * How many values lie between the beginnings of one example and the next. Default: as many as an example has. A smaller
   * number makes overlapping windows of a text or a time series, which share its values.
   */
  readonly stride?: number;
  /** The type of the tensors made from it. */
  readonly dtype: "float32" | "int32";
  /** What each value is multiplied by on its way into a tensor: `1 / 255` for bytes that mean 0 to 1. Default 1. */
  readonly scale?: number;
  /**
   * Changes the values of an example, in place, each time it goes into a tensor: what {@link augment} does. Default: nothing.
   *
   * @param example its values, scaled, in reading order.
   * @param place which of the column's examples it is.
   */
  readonly vary?: (example: Float32Array | Int32Array, place: number) => void;
}

/** What a {@link Dataset} is made of. */
export interface DatasetParts {
  /** Names the data set in messages and figures. */
  readonly name: string;
  /** A column for each input of the model. */
  readonly inputs: readonly Column[];
  /** A column for each output of the model. */
  readonly targets: readonly Column[];
  /** The name of each class, where the targets are class numbers. Default: none. */
  readonly classNames?: readonly string[];
}

/** Some examples as tensors, the batch axis first. Whoever takes a batch disposes it. */
export interface Batch {
  /** A tensor for each input of the model: `[batch, …]`. */
  readonly inputs: tf.Tensor[];
  /** A tensor for each output of the model: `[batch, …]`, or `[batch]` for class numbers. */
  readonly targets: tf.Tensor[];
  /** The number of examples. */
  readonly size: number;
  /** Frees the tensors. */
  dispose(): void;
}

/** One example's values at one input, in reading order. */
export interface Example {
  /** As many as the shape has room for. */
  readonly values: Float32Array;
  /** Without the batch axis: `[28, 28, 1]`, `[]` for a single number. */
  readonly shape: readonly number[];
}

/**
 * Examples with their targets. A part of a data set (`take`, `subset`, `split`) is a data set too and shares the arrays of
 * the whole; it holds no tensors until a batch is asked for.
 *
 * @example
 * ```ts
 * const days = new Dataset({
 *   name: "days",
 *   inputs: [{ values: Float32Array.of(6, 4, 2, 0), shape: [2], dtype: "float32" }],
 *   targets: [{ values: Int32Array.of(1, 0), shape: [], dtype: "int32" }],
 *   classNames: ["stay at home", "swim"],
 * })
 * days.size // => 2
 * ```
 */
export class Dataset {
  /** Names it in messages and figures. */
  readonly name: string;
  /** A column for each input of the model. A part of a data set shares the whole's columns: ask `example` for its own. */
  readonly inputs: readonly Column[];
  /** A column for each output of the model. */
  readonly targets: readonly Column[];
  /** The name of each class, where the targets are class numbers. */
  readonly classNames: readonly string[] | undefined;
  /** The number of examples. */
  readonly size: number;
  /** Where in the columns each example is; `undefined` when it is all of them, in order. */
  readonly #places: Uint32Array | undefined;

  /**
   * @param parts the columns, all with the same number of examples.
   * @param places which examples of the columns belong to it, and in which order. Default: all.
   * @throws RangeError for columns of different lengths, an empty data set, or values that are not finite.
   */
  constructor(parts: DatasetParts, places?: Uint32Array) {
    checkArguments("Dataset", { parts, places }, { parts: PARTS, places: optional(PLACES) });
    this.name = parts.name;
    this.inputs = parts.inputs;
    this.targets = parts.targets;
    this.classNames = parts.classNames;
    this.#places = places;
    const count = parts instanceof Dataset ? undefined : checkColumns(parts);
    this.size = places ? checkPlaces(parts, places) : (count ?? checkColumns(parts));
    if (this.size === 0) throw new RangeError(`The data set ${this.name} is empty; it needs at least one example.`);
  }

  /** The first `count` examples (all, if there are fewer). */
  take(count: number): Dataset {
    checkArguments("take", { count }, { count: NUMERIC });
    checkWholeNumber(`take(${count}) of ${this.name}: count`, count, {}, `Give one from 1 to ${this.size}.`);
    return this.subset(range(Math.min(count, this.size)));
  }

  /** The examples at the given positions, in that order. */
  subset(positions: ArrayLike<number>): Dataset {
    checkArguments("subset", { positions }, { positions: list("positions", NUMERIC) });
    return new Dataset(
      this,
      Uint32Array.from(positions, (position) => this.#place(position)),
    );
  }

  /** All examples in a random order; the same seed gives the same order. */
  shuffle(seed: number): Dataset {
    return this.subset(new Random(seed).shuffle(range(this.size)));
  }

  /**
   * Parts the data set in two, at random: `[first, rest]`.
   *
   * @param share of the examples that go into the first part, between 0 and 1.
   * @param seed the same seed gives the same parts.
   */
  split(share: number, seed: number): [Dataset, Dataset] {
    checkArguments("split", { share }, { share: NUMERIC });
    const count = Math.round(share * this.size);
    if (!(count > 0 && count < this.size))
      throw new RangeError(
        `split(${share}) of the ${this.size} examples of ${this.name} leaves one part empty; both need at least one.`,
      );
    const order = new Random(seed).shuffle(range(this.size));
    return [this.subset(order.subarray(0, count)), this.subset(order.subarray(count))];
  }

  /** The same examples with other columns at the inputs, each with as many examples as the one that it stands for. */
  withInputs(change: (column: Column) => Column): Dataset {
    checkArguments("withInputs", { change }, { change: FUNCTION });
    const { name, targets, classNames } = this;
    const inputs = this.inputs.map((column, number) => {
      const changed = change(column);
      const fault = COLUMN(changed, `input ${number}`);
      if (fault !== undefined) throw new RangeError(`withInputs: of what ${valueText(change)} returned, ${fault}.`);
      return changed;
    });
    return new Dataset({ name, inputs, targets, ...(classNames && { classNames }) }, this.#places);
  }

  /** One example's values at input number `input`, scaled as the model sees them. */
  example(position: number, input = 0): Example {
    checkArguments("example", { position, input }, { position: NUMERIC, input: NUMERIC });
    const column = this.inputs[input];
    if (!column)
      throw new RangeError(`${this.name} has ${this.inputs.length} input(s), numbered from 0; ${input} was asked for.`);
    return { values: gather(column, [this.#place(position)]) as Float32Array, shape: column.shape };
  }

  /**
   * The class number of each example.
   *
   * @param target which of the targets, where the model has several outputs. Default 0.
   * @throws TypeError when the targets are not class numbers.
   */
  labels(target = 0): Int32Array {
    const column = this.targets[target];
    if (column?.dtype !== "int32" || sizeOf(column.shape) !== 1)
      throw new TypeError(
        `The targets of ${this.name} are not class numbers (one int32 for each example) but ` +
          `${column ? `${column.dtype} of shape [${column.shape}]` : "missing"}.` +
          (column?.dtype === "int32" ? " For sequences, take positionLabels()." : ""),
      );
    return gather(column, this.#places ?? range(this.size)) as Int32Array;
  }

  /**
   * The class number at each position of each example, in reading order, as `predictions.classes()` has them for sequences;
   * one for each example where it has one. Whole numbers that are kept as float32, as for a sigmoid, will do.
   *
   * @param target which of the targets, where the model has several outputs. Default 0.
   * @throws TypeError when the targets are no whole numbers.
   */
  positionLabels(target = 0): Int32Array {
    const column = this.targets[target];
    const values = column && gather(column, this.#places ?? range(this.size));
    if (!values?.every(Number.isInteger))
      throw new TypeError(
        `The targets of ${this.name} are not class numbers (whole numbers) but ` +
          `${column ? `${column.dtype} of shape [${column.shape}]` : "missing"}.`,
      );
    return Int32Array.from(values);
  }

  /** How many examples there are of each class. */
  classCounts(): number[] {
    const labels = this.labels();
    const classes = this.classNames?.length ?? labels.reduce((most, label) => Math.max(most, label), 0) + 1;
    const counts = new Array<number>(classes).fill(0);
    for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
    return counts;
  }

  /** The examples at the given positions, as tensors; the caller disposes them. */
  batch(positions: ArrayLike<number>): Batch {
    checkArguments("batch", { positions }, { positions: list("positions", NUMERIC) });
    if (positions.length === 0)
      throw new RangeError(
        `batch of ${this.name} was given an empty list of positions; a batch has at least one example.`,
      );
    const places = Uint32Array.from(positions, (position) => this.#place(position));
    const columnTensor = (column: Column): tf.Tensor =>
      tf.tensor(gather(column, places), [places.length, ...column.shape], column.dtype); // [batch, ...example]
    const inputs = this.inputs.map(columnTensor);
    const targets = this.targets.map(columnTensor);
    return { inputs, targets, size: places.length, dispose: () => tf.dispose([inputs, targets]) };
  }

  /**
   * The whole data set, batch by batch; the last batch holds what is left. Each batch is disposed when the next is asked
   * for and when the loop ends, so a `for … of` needs no disposal of its own.
   */
  *batches(batchSize: number): Generator<Batch, void, undefined> {
    checkBatchSize(batchSize);
    for (let start = 0; start < this.size; start += batchSize) {
      const batch = this.batch(range(Math.min(batchSize, this.size - start), start));
      try {
        yield batch;
      } finally {
        batch.dispose();
      }
    }
  }

  #place(position: number): number {
    if (!isWholeNumber(position, { least: 0, most: this.size - 1 }))
      throw new RangeError(
        `${this.name} has ${this.size} examples, numbered from 0 to ${this.size - 1}; ${position} was asked for.`,
      );
    return this.#places ? at(this.#places, position) : position;
  }
}

/** The whole numbers `start`, `start + 1`, …, `count` of them. */
export function range(count: number, start = 0): Uint32Array {
  return Uint32Array.from({ length: count }, (_, step) => start + step);
}

/** @throws RangeError unless the batch size is a whole number of at least 1. */
export function checkBatchSize(batchSize: number): void {
  checkArguments("batches", { batchSize }, { batchSize: NUMERIC });
  checkWholeNumber("batchSize", batchSize, {}, "32 to 128 is usual.");
}

/** The number of values in one example of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Copies examples out of a column, side by side, scaled and as the column's type. */
function gather(column: Column, places: ArrayLike<number>): Float32Array | Int32Array {
  const { values, scale = 1, dtype, vary } = column;
  const length = sizeOf(column.shape);
  const stride = column.stride ?? length;
  const gathered = new (dtype === "int32" ? Int32Array : Float32Array)(places.length * length);
  for (let row = 0; row < places.length; row++) {
    const place = at(places, row);
    const from = place * stride;
    const to = row * length;
    for (let offset = 0; offset < length; offset++) gathered[to + offset] = (values[from + offset] as number) * scale;
    vary?.(gathered.subarray(to, to + length), place);
  }
  return gathered;
}

/** The number of examples in a column; no whole number where values are left over or missing. */
function countOf(name: string, { values, shape, stride }: Column): number {
  const length = sizeOf(shape);
  if (stride === undefined) return values.length / length;
  checkWholeNumber(`A column of ${name}: stride`, stride);
  // What is left after the last whole window does not count: a text has any length.
  return Math.max(0, Math.floor((values.length - length) / stride) + 1);
}

/** The number of places, after checking that the columns have an example at each. */
function checkPlaces({ name, inputs, targets }: DatasetParts, places: ArrayLike<number>): number {
  const size = Math.min(...[...inputs, ...targets].map((column) => Math.floor(countOf(name, column))));
  const wrong = Array.from(places).findIndex((place) => place >= size);
  if (wrong >= 0)
    throw new RangeError(
      `Place ${wrong} of ${name} is ${places[wrong]}; its columns hold ${size} examples, numbered from 0 to ${size - 1}.`,
    );
  return places.length;
}

/** The number of examples in the columns, after checking that they agree and hold numbers. */
function checkColumns({ name, inputs, targets, classNames }: DatasetParts): number {
  const columns = [...inputs, ...targets];
  if (inputs.length === 0)
    throw new RangeError(
      `The data set ${name} has an empty list of inputs; it needs at least one column for a model to read.`,
    );
  const counts = columns.map((column) => countOf(name, column));
  const size = counts[0] ?? 0;
  if (counts.some((count) => count !== size || !Number.isInteger(count)))
    throw new RangeError(
      `The columns of ${name} hold ${counts.join(", ")} examples (values divided by the size of one example); all must ` +
        "hold the same whole number. Check their lengths and shapes.",
    );
  const [classes] = targets;
  if (classNames !== undefined && classes?.dtype === "int32" && sizeOf(classes.shape) === 1) {
    const wrong = classes.values.findIndex((label) => label >= classNames.length);
    if (wrong >= 0)
      throw new RangeError(
        `Label ${classes.values[wrong]} of ${name} (value ${wrong} of its targets) has no name: classNames is ${valueText(classNames)}, for the ` +
          `labels from 0 to ${classNames.length - 1}. Give a name for each class, or leave classNames out.`,
      );
  }
  for (const [number, column] of columns.entries()) {
    if (!(column.values instanceof Float32Array)) continue; // whole numbers are always finite
    const wrong = column.values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw new RangeError(
        `Value ${wrong} in column ${number} of ${name} is ${column.values[wrong]}; a network learns from finite numbers only. ` +
          "Remove or replace such values first.",
      );
  }
  return size;
}
