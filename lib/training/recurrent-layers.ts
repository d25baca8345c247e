// The recurrent layers, tfjs's and the library's own, on the recurrences of lib/graph while a step is recorded: the same numbers in fewer operations.
// A layer with dropout, masks, or an activation unknown there keeps its own way.
import { gruRecurrence, resetAfterGruRecurrence } from "../graph/gru-recurrence";
import { lstmRecurrence, type Squash, simpleRecurrence, squashes } from "../graph/recurrence";
import type { Replacements } from "../graph/replacement";
import { Gru } from "../layers/gru";
import { tf } from "../tf";
import { type Lookup, lookupOf } from "./embedding-lookups";

/** What tfjs-layers keeps to itself of a recurrent layer's cell. */
interface Cell {
  readonly units: number;
  readonly useBias: boolean;
  readonly dropout?: number;
  readonly recurrentDropout?: number;
  readonly activation: tf.serialization.Serializable;
  readonly recurrentActivation?: tf.serialization.Serializable;
  readonly kernel: tf.LayerVariable;
  readonly recurrentKernel: tf.LayerVariable;
  readonly bias?: tf.LayerVariable;
}

interface Recurrent {
  readonly cell: Cell;
  readonly stateful: boolean;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions | null): tf.Tensor | tf.Tensor[];
}

interface CallOptions {
  readonly mask?: tf.Tensor | tf.Tensor[] | null;
  readonly initialState?: tf.Tensor | tf.Tensor[] | null;
}

/** All states [batch, time, units], and the states after the last step. */
interface Run {
  readonly sequence: tf.Tensor;
  readonly last: tf.Tensor[];
}

/** The inputs of all times times a kernel, plus bias [time, batch, columns of the kernel]. */
type Project = (kernel: tf.Tensor, bias: tf.Tensor | undefined) => tf.Tensor;

/** Takes what all chains share, and gives what runs one. */
type Unroll = (layer: Recurrent, gate: Squash, squash: Squash) => (project: Project, initial: tf.Tensor[]) => Run;

/** Has the recurrent layers run on the recurrences until the replacements are restored. */
export function replaceRecurrentLayers(replacements: Replacements): void {
  const layers: [tf.layers.Layer, number, Unroll][] = [
    [tf.layers.simpleRNN({ units: 1 }), 1, simple],
    [tf.layers.lstm({ units: 1 }), 2, lstm],
    [tf.layers.gru({ units: 1 }), 1, gru],
    [new Gru({ units: 1 }), 1, resetAfterGru],
  ];
  for (const [layer, states, unroll] of layers) {
    const prototype = Object.getPrototypeOf(layer) as Recurrent;
    replacements.replace(
      prototype,
      "call",
      (original) =>
        function (this: Recurrent, inputs, options) {
          return unrolled(this, inputs, options, states, unroll) ?? original.call(this, inputs, options);
        },
    );
  }
}

function unrolled(
  layer: Recurrent,
  given: tf.Tensor | tf.Tensor[],
  options: CallOptions | null,
  states: number,
  unroll: Unroll,
): tf.Tensor | tf.Tensor[] | undefined {
  const { cell } = layer;
  const [squash, gate] = [squashOf(cell.activation), squashOf(cell.recurrentActivation ?? cell.activation)];
  const masked = [options?.mask ?? []].flat().some((mask) => mask !== null);
  if (squash === undefined || gate === undefined || masked || layer.stateful || cell.dropout || cell.recurrentDropout) {
    return undefined;
  }
  return tf.tidy(() => {
    const inputs = [given].flat()[0] as tf.Tensor; // [batch, time, features]
    const batch = inputs.shape[0] as number;
    const states0 = [options?.initialState ?? []].flat();
    const initial = Array.from({ length: states }, (_, i) => states0[i] ?? tf.zeros([batch, cell.units]));
    const run = unroll(layer, gate, squash);
    const results = chains(inputs, initial).map((chain) => {
      const { sequence, last } = run(projection(chain, layer.goBackwards), chain.initial);
      return [layer.returnSequences ? sequence : (last[0] as tf.Tensor), ...last];
    });
    const [output, ...last] = (results[0] as tf.Tensor[]).map((_, i) =>
      tf.concat(results.map((one) => one[i] as tf.Tensor)),
    );
    return layer.returnState ? [output as tf.Tensor, ...last] : (output as tf.Tensor);
  });
}

/** Part of a batch, whose recurrence runs by itself. */
interface Chain {
  /** [batch, time, features] */
  readonly inputs: tf.Tensor;
  readonly lookup: Lookup | undefined;
  readonly initial: tf.Tensor[];
}

/** Examples below which half a batch is not worth a chain of its own. */
const SMALLEST_CHAIN = 16;

/**
 * A step of a recurrence is too small for two cores, and each has to wait for the one before; but the examples of a batch do not
 * wait for each other. So a large batch is run as two halves, which TensorFlow computes at the same time.
 */
function chains(inputs: tf.Tensor, initial: tf.Tensor[]): Chain[] {
  const lookup = lookupOf(inputs);
  const half = (inputs.shape[0] as number) / 2;
  if (half < SMALLEST_CHAIN || !Number.isInteger(half)) return [{ inputs, lookup, initial }];
  const rows = (x: tf.Tensor, i: number): tf.Tensor => x.slice([i * half], [half]);
  return [0, 1].map((i) => ({
    inputs: rows(inputs, i),
    lookup: lookup && { ...lookup, indices: rows(lookup.indices, i) },
    initial: initial.map((state) => rows(state, i)),
  }));
}

const squashOf = (activation: tf.serialization.Serializable): Squash | undefined => squashes[activation.getClassName()];

/** Has the inputs of all times multiplied at once. */
function projection({ inputs, lookup }: Chain, backwards: boolean): Project {
  const inOrder = (byTime: tf.Tensor): tf.Tensor => (backwards ? byTime.reverse(0) : byTime);
  const [batch = 0, time = 0, features = 0] = inputs.shape;
  if (lookup !== undefined && (lookup.table.shape[0] as number) < batch * time) {
    // Rows looked up and then multiplied are the rows of the multiplied table, which are fewer.
    // Turned as floats, because oneDNN complains in the terminal about integers.
    const indices = inOrder(lookup.indices.cast("float32").transpose([1, 0])).cast("int32");
    return (kernel, bias) => {
      const product = lookup.table.matMul(kernel);
      return tf.gather(bias === undefined ? product : product.add(bias), indices as tf.Tensor2D);
    };
  }
  const rows = inOrder(inputs.transpose([1, 0, 2])).reshape([time * batch, features]);
  return (kernel, bias) => {
    const product = rows.matMul(kernel);
    return (bias === undefined ? product : product.add(bias)).reshape([time, batch, -1]);
  };
}

const biasOf = (cell: Cell): tf.Tensor | undefined => (cell.useBias ? cell.bias?.read() : undefined);

const lastOf = (sequence: tf.Tensor): tf.Tensor =>
  sequence.slice([0, (sequence.shape[1] as number) - 1], [-1, 1]).squeeze([1]);

const simple: Unroll = ({ cell }, _, squash) => {
  const [kernel, recurrent, bias] = [cell.kernel.read(), cell.recurrentKernel.read(), biasOf(cell)];
  return (project, [initial]) => {
    const sequence = simpleRecurrence(project(kernel, bias), recurrent, initial as tf.Tensor, squash);
    return { sequence, last: [lastOf(sequence)] };
  };
};

const lstm: Unroll = ({ cell, returnState }, gate, squash) => {
  // tfjs has the gates in the order i, f, g, o; TensorFlow's gradient has g before f.
  const ordered = (weights: tf.Tensor): tf.Tensor => {
    const axis = weights.rank - 1;
    const [i, f, g, o] = tf.split(weights, 4, axis) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    return tf.concat([i, g, f, o], axis);
  };
  const bias = biasOf(cell);
  const orderedBias = bias === undefined ? undefined : ordered(bias);
  const [kernel, recurrent] = [ordered(cell.kernel.read()), ordered(cell.recurrentKernel.read())];
  return (project, [hidden, memory]) => {
    const initial = [hidden as tf.Tensor, memory as tf.Tensor] as const;
    const all = lstmRecurrence(project(kernel, orderedBias), recurrent, initial, gate, squash, returnState);
    if (!returnState) return { sequence: all, last: [lastOf(all)] };
    const time = (all.shape[1] as number) - 1;
    const sequence = all.slice([0, 0], [-1, time]);
    return { sequence, last: [lastOf(sequence), lastOf(all)] };
  };
};

const gru: Unroll = ({ cell }, gate, squash) => {
  const { units } = cell;
  // The gates z and r come first, the candidate after them.
  const parts = (weights: tf.Tensor): tf.Tensor[] => tf.split(weights, [2 * units, units], weights.rank - 1);
  const [gatesKernel, kernel] = parts(cell.kernel.read()) as [tf.Tensor, tf.Tensor];
  const [gatesRecurrent, recurrent] = parts(cell.recurrentKernel.read()) as [tf.Tensor, tf.Tensor];
  const bias = biasOf(cell);
  const [gatesBias, candidateBias] = bias === undefined ? [] : parts(bias);
  return (project, [initial]) => {
    const [gatesProjected, projected] = [project(gatesKernel, gatesBias), project(kernel, candidateBias)];
    const initialState = initial as tf.Tensor;
    const sequence = gruRecurrence(gatesProjected, projected, gatesRecurrent, recurrent, initialState, gate, squash);
    return { sequence, last: [lastOf(sequence)] };
  };
};

const resetAfterGru: Unroll = ({ cell }, gate, squash) => {
  const { units } = cell;
  const parts = (weights: tf.Tensor) =>
    tf.split(weights, [2 * units, units], weights.rank - 1) as [gates: tf.Tensor, candidate: tf.Tensor];
  const [gatesKernel, kernel] = parts(cell.kernel.read());
  const [gatesRecurrent, recurrent] = parts(cell.recurrentKernel.read());
  // Two biases, one at the inputs and one at the state. At the gates only their sum counts.
  const [inputs, state] = tf.unstack((cell.bias as tf.LayerVariable).read()) as [tf.Tensor, tf.Tensor];
  const [[gatesBias, candidateBias], [gatesStateBias, stateBias]] = [parts(inputs), parts(state)];
  const bothBiases = gatesBias.add(gatesStateBias);
  return (project, [initial]) => {
    const sequence = resetAfterGruRecurrence(
      project(gatesKernel, bothBiases),
      project(kernel, candidateBias),
      gatesRecurrent,
      recurrent,
      stateBias,
      initial as tf.Tensor,
      gate,
      squash,
    );
    return { sequence, last: [lastOf(sequence)] };
  };
};
