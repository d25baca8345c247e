// A recurrent layer unrolled over its sequence on the recurrences of lib/ops: the same numbers as cell by cell, in fewer operations.
// A layer with dropout, with state, or with an activation unknown there uses tfjs's own loop.

import { at, tuple } from "../../indexing";
import { type ActivationWithGradient, activations, OPEN } from "../../ops/recurrence";
import type { Recurrent, RecurrentCallOptions, RecurrentCell } from "../../tfjs/layers";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";

/** All states [batch, time, units], and the states after the last step. */
interface Run {
  readonly sequence: tf.Tensor;
  readonly last: tf.Tensor[];
}

/**
 * The inputs of all times times a kernel, plus bias [time, batch, columns of the kernel].
 *
 * @param masked what masked steps have instead of an input's product [columns of the kernel]
 */
type Project = (kernel: tf.Tensor, bias: tf.Tensor | undefined, masked?: readonly number[]) => tf.Tensor;

/**
 * Takes what all chains share, and gives what runs one; undefined where the recurrence is not for the layer.
 *
 * @param hasMask whether what it gives is called with a mask: `masked` [time, batch], 1 where a step is masked and 0 elsewhere
 */
export type Unroll = (
  layer: Recurrent,
  gate: ActivationWithGradient,
  activation: ActivationWithGradient,
  hasMask: boolean,
) => ((project: Project, initial: tf.Tensor[], masked: tf.Tensor | undefined) => Run) | undefined;

/**
 * What a layer gives, by its recurrence.
 *
 * @param states how many states the layer carries
 * @returns undefined where the layer has to keep its own way
 */
export function callUnrolled(
  layer: Recurrent,
  given: tf.Tensor | tf.Tensor[],
  options: RecurrentCallOptions | null,
  states: number,
  unroll: Unroll,
): tf.Tensor | tf.Tensor[] | undefined {
  if (tf.getBackend() !== "tensorflow") return undefined; // the recurrences are TensorFlow's
  const { cell } = layer;
  const [activation, gate] = [activationOf(cell.activation), activationOf(cell.recurrentActivation ?? cell.activation)];
  if (activation === undefined || gate === undefined || layer.stateful || cell.dropout || cell.recurrentDropout) {
    return undefined;
  }
  return tf.tidy(() => {
    const inputs = at([given].flat(), 0); // [batch, time, features]
    const mask = [options?.mask ?? []].flat()[0] ?? undefined; // [batch, time]
    const run = unroll(layer, gate, activation, mask !== undefined);
    if (run === undefined || (mask !== undefined && mask.rank !== 2)) return undefined;
    const masked = mask && tf.sub(1, mask.cast("bool").cast("float32"));
    const batch = at(inputs.shape, 0);
    const states0 = [options?.initialState ?? []].flat();
    const initial = Array.from({ length: states }, (_, i) => states0[i] ?? tf.zeros([batch, cell.units]));
    const results = chains(inputs, masked, initial).map((chain) => {
      const masked = chain.masked && byTime(chain.masked, layer.goBackwards);
      const { sequence, last } = run(projection(chain, masked, layer.goBackwards), chain.initial, masked);
      return [layer.returnSequences ? sequence : at(last, 0), ...last];
    });
    const outputs = at(results, 0).map((_, i) => tf.concat(results.map((one) => at(one, i))));
    return layer.returnState ? outputs : at(outputs, 0);
  });
}

/** Rows of a table by their numbers, which an embedding has looked up. */
interface Lookup {
  /** [vocabulary, features] */
  readonly table: tf.Tensor;
  /** [batch, time] */
  readonly indices: tf.Tensor;
}

const lookups = new WeakMap<tf.Tensor, Lookup>();

/** Remembers how an embedding made rows [batch, time, features]: the table may be multiplied in their place. */
export function noteLookup(rows: tf.Tensor, lookup: Lookup): void {
  lookups.set(rows, lookup);
}

/** Part of a batch, whose recurrence runs by itself. */
interface Chain {
  /** [batch, time, features] */
  readonly inputs: tf.Tensor;
  readonly lookup: Lookup | undefined;
  /** [batch, time] */
  readonly masked: tf.Tensor | undefined;
  readonly initial: tf.Tensor[];
}

/** Examples below which half a batch is not worth a chain of its own. */
const SMALLEST_CHAIN = 16;

/**
 * A step of a recurrence is too small for two cores, and each has to wait for the one before; but the examples of a batch do not
 * wait for each other. So a large batch is run as two halves, which TensorFlow computes at the same time.
 */
function chains(inputs: tf.Tensor, masked: tf.Tensor | undefined, initial: tf.Tensor[]): Chain[] {
  const lookup = lookups.get(inputs);
  const half = at(inputs.shape, 0) / 2;
  if (half < SMALLEST_CHAIN || !Number.isInteger(half)) return [{ inputs, lookup, masked, initial }];
  const rows = (x: tf.Tensor, i: number): tf.Tensor => x.slice([i * half], [half]);
  return [0, 1].map((i) => ({
    inputs: rows(inputs, i),
    lookup: lookup && { ...lookup, indices: rows(lookup.indices, i) },
    masked: masked && rows(masked, i),
    initial: initial.map((state) => rows(state, i)),
  }));
}

const activationOf = (activation: tf.serialization.Serializable): ActivationWithGradient | undefined =>
  activations[activation.getClassName()];

/** [batch, time, …] as [time, batch, …], in the order in which the layer reads. */
function byTime(x: tf.Tensor, backwards: boolean): tf.Tensor {
  const timesFirst = x.transpose([1, 0, ...x.shape.slice(2).map((_, axis) => axis + 2)]);
  return backwards ? timesFirst.reverse(0) : timesFirst;
}

/** Multiplies the inputs of all times at once; a mask `masked` [time, batch] adds a row to what is multiplied. */
function projection({ inputs, lookup }: Chain, masked: tf.Tensor | undefined, backwards: boolean): Project {
  const [batch = 0, time = 0, features = 0] = inputs.shape;
  const rowFor = (columns: readonly number[]): tf.Tensor => tf.tensor2d([...columns], [1, columns.length]);
  if (lookup !== undefined && at(lookup.table.shape, 0) < batch * time) {
    // Rows looked up and then multiplied are the rows of the multiplied table, which are fewer.
    // Turned as floats, because oneDNN complains in the terminal about integers.
    const indices = byTime(lookup.indices.cast("float32"), backwards);
    const size = at(lookup.table.shape, 0);
    return (kernel, bias, instead) => {
      const product = lookup.table.matMul(kernel);
      const table = bias === undefined ? product : product.add(bias);
      if (!masked || !instead) return tf.gather(table, ofRank(indices.cast("int32"), 2));
      const rows = indices.add(masked.mul(tf.sub(size, indices))).cast("int32");
      return tf.gather(tf.concat([table, rowFor(instead)]), ofRank(rows, 2));
    };
  }
  const rows = byTime(inputs, backwards).reshape([time * batch, features]);
  return (kernel, bias, instead) => {
    const product =
      masked && instead
        ? tf.concat([rows, masked.reshape([time * batch, 1])], 1).matMul(tf.concat([kernel, rowFor(instead)]))
        : rows.matMul(kernel);
    return (bias === undefined ? product : product.add(bias)).reshape([time, batch, -1]);
  };
}

/** A mask as wide as the states: true where a step counts [time, batch, units]. */
export const repeatOverUnits = (masked: tf.Tensor | undefined, units: number): tf.Tensor | undefined =>
  masked?.expandDims(2).tile([1, 1, units]).equal(0);

export const biasOf = (cell: RecurrentCell): tf.Tensor | undefined => (cell.useBias ? cell.bias?.read() : undefined);

export const lastStep = (sequence: tf.Tensor): tf.Tensor =>
  sequence.slice([0, at(sequence.shape, 1) - 1], [-1, 1]).squeeze([1]);

/** As many times the number as a gate has columns. */
export const columns = (units: number, input: number): number[] => Array(units).fill(input);

/** A GRU's weights as its recurrence has them: those of u = 1 − z, which are z's negated, and of r; those of the candidate. */
export function gruParts(weights: tf.Tensor): [gates: tf.Tensor, candidate: tf.Tensor] {
  const axis = weights.rank - 1;
  const [z, r, candidate] = tuple(tf.split(weights, 3, axis), 3);
  return [tf.concat([z.neg(), r], axis), candidate];
}

/** What goes into the gates u and r at a masked step: u is shut, so that the state stays. */
export const gruMaskedGates = ({ units }: RecurrentCell): number[] =>
  [-OPEN, 0].flatMap((input) => columns(units, input));
