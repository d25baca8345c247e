// tfjs's layers that have a faster form while a step is recorded, or none at all.

import type { Rewrite } from "../../graph/recording/trace";
import { at, tuple } from "../../indexing";
import { gelu } from "../../ops/gelu";
import { gruRecurrence } from "../../ops/gru-recurrence";
import { batchNormalize, layerNormalize } from "../../ops/normalization";
import { lstmRecurrence, OPEN, simpleRecurrence } from "../../ops/recurrence";
import { noteLogits } from "../../ops/softmax-cross-entropy";
import type { BatchNormalizing, Embedding, Normalizing, Recurrent } from "../../tfjs/layers";
import { kernelOf, methodsOf, Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import { refuseStatefulCalls } from "../model-layers";
import {
  biasOf,
  callUnrolled,
  columns,
  gruMaskedGates,
  gruParts,
  lastStep,
  noteLookup,
  repeatOverUnits,
  type Unroll,
} from "../recurrent/unrolled";

// ## Embeddings
// It is noted which tensors came out of one while a step is recorded: the next layer may multiply the table instead of the rows.

/** Makes embeddings record what they look up until the replacements are restored. */
function noteEmbeddingLookups(replacements: Replacements): void {
  replacements.replace(
    methodsOf("embedding"),
    "call",
    (original) =>
      function (this: Embedding, inputs, options) {
        const output = original.call(this, inputs, options);
        const indices = at([inputs].flat(), 0);
        if (output instanceof tf.Tensor && indices.rank === 2) {
          noteLookup(output, { table: this.embeddings.read(), indices });
        }
        return output;
      },
  );
}

// ## Masks
// A recurrent layer on tfjs's own loop casts its mask to numbers and transposes it. TensorFlow swaps the two operations, since a
// boolean takes less memory, and oneDNN then warns in red that it cannot transpose booleans. So the mask becomes numbers by
// `where` over ones and zeros, which is not swapped.

/** Makes recurrent layers with a mask cast it so until the replacements are restored. */
function castMasksQuietly(replacements: Replacements): void {
  replacements.replace(
    methodsOf("rnn"),
    "call",
    (original) =>
      function (this: Recurrent, inputs, options) {
        const casts = new Replacements();
        if (options?.mask)
          casts.replace(
            kernelOf<{ x: tf.Tensor }, { dtype: tf.DataType }>("Cast"),
            "kernelFunc",
            (usual) => (parameters) => {
              const { inputs, attrs } = parameters;
              if (inputs.x.dtype !== "bool" || attrs.dtype !== "float32") return usual(parameters);
              return tf.tidy(() => tf.where(inputs.x, tf.ones(inputs.x.shape), tf.zeros(inputs.x.shape)));
            },
          );
        try {
          return original.call(this, inputs, options);
        } finally {
          casts.restore();
        }
      },
  );
}

// ## Recurrent layers, unrolled

/** Runs the recurrent layers on the recurrences until the replacements are restored. */
function replaceRecurrentLayers(replacements: Replacements): void {
  const layers: ["simpleRNN" | "lstm" | "gru", number, Unroll][] = [
    ["simpleRNN", 1, simple],
    ["lstm", 2, lstm],
    ["gru", 1, gru],
  ];
  for (const [kind, states, unroll] of layers) {
    replacements.replace(
      methodsOf(kind),
      "call",
      (original) =>
        function (this: Recurrent, inputs, options) {
          return callUnrolled(this, inputs, options, states, unroll) ?? original.call(this, inputs, options);
        },
    );
  }
  castMasksQuietly(replacements);
}

const simple: Unroll = ({ cell }, _, activation) => {
  const [kernel, recurrent, bias] = [cell.kernel.read(), cell.recurrentKernel.read(), biasOf(cell)];
  return (project, states, masked) => {
    const projected = project(kernel, bias);
    const sequence = simpleRecurrence(
      projected,
      recurrent,
      at(states, 0),
      activation,
      repeatOverUnits(masked, cell.units),
    );
    return { sequence, last: [lastStep(sequence)] };
  };
};

const lstm: Unroll = ({ cell, returnState }, gate, activation, hasMask) => {
  if (hasMask && !gate.saturates) return undefined;
  const { units } = cell;
  // tfjs has the gates in the order i, f, g, o; TensorFlow's gradient has g before f.
  const reorderGates = (weights: tf.Tensor): tf.Tensor => {
    const axis = weights.rank - 1;
    const [i, f, g, o] = tuple(tf.split(weights, 4, axis), 4);
    return tf.concat([i, g, f, o], axis);
  };
  const bias = biasOf(cell);
  const orderedBias = bias === undefined ? undefined : reorderGates(bias);
  const [kernel, recurrent] = [reorderGates(cell.kernel.read()), reorderGates(cell.recurrentKernel.read())];
  const past = [-OPEN, 0, OPEN, -OPEN].flatMap((input) => columns(units, input));
  return (project, states, masked) => {
    const initial = tuple(states, 2);
    const projected = project(kernel, orderedBias, past);
    const unmasked = repeatOverUnits(masked, units);
    const all = lstmRecurrence(projected, recurrent, initial, gate, activation, returnState, unmasked);
    if (!returnState) return { sequence: all, last: [lastStep(all)] };
    const time = at(all.shape, 1) - 1;
    const sequence = all.slice([0, 0], [-1, time]);
    return { sequence, last: [lastStep(sequence), lastStep(all)] };
  };
};

const gru: Unroll = ({ cell }, gate, activation) => {
  if (!gate.saturates) return undefined;
  const [gatesKernel, kernel] = gruParts(cell.kernel.read());
  const [gatesRecurrent, recurrent] = gruParts(cell.recurrentKernel.read());
  const bias = biasOf(cell);
  const [gatesBias, candidateBias] = bias === undefined ? [] : gruParts(bias);
  return (project, states) => {
    const sequence = gruRecurrence(
      project(gatesKernel, gatesBias, gruMaskedGates(cell)),
      project(kernel, candidateBias),
      gatesRecurrent,
      recurrent,
      at(states, 0),
      gate,
      activation,
    );
    return { sequence, last: [lastStep(sequence)] };
  };
};

// ## Normalisation and GELU, by operations of our own

/** Whether a layer normalises along (or, in a batch, for each place of) the last axis alone. */
function isLastAxis(axis: number | number[], rank: number): boolean {
  const [first, ...others] = [axis].flat();
  return others.length === 0 && (first === -1 || first === rank - 1);
}

function replaceLayerNormalization(replacements: Replacements): void {
  replacements.replace(
    methodsOf("layerNormalization"),
    "call",
    (original) =>
      function (this: Normalizing, given, options) {
        const input = at([given].flat(), 0);
        if (!isLastAxis(this.axis, input.rank) || !this.gamma || !this.beta) return original.call(this, given, options);
        const [scale, offset] = [this.gamma.read(), this.beta.read()];
        return tf.tidy(() => layerNormalize(input, scale, offset, this.epsilon));
      },
  );
}

/** In training; later, or frozen, the layer goes by its moving averages, which is quick as it is. */
function replaceBatchNormalization(replacements: Replacements): void {
  replacements.replace(
    methodsOf("batchNormalization"),
    "call",
    (original) =>
      function (this: BatchNormalizing, given, options) {
        const input = at([given].flat(), 0);
        const { gamma, beta, epsilon, momentum } = this;
        if (!options.training || !this.trainable || !isLastAxis(this.axis, input.rank) || !gamma || !beta)
          return original.call(this, given, options);
        return tf.tidy(() => {
          const { value, mean, variance } = batchNormalize(input, gamma.read(), beta.read(), epsilon);
          const move = (average: tf.LayerVariable, to: tf.Tensor): void => {
            const before = average.read();
            average.write(before.sub(before.sub(to).mul(1 - momentum)));
          };
          move(this.movingMean, mean);
          move(this.movingVariance, variance);
          return value;
        });
      },
  );
}

function replaceGelu(replacements: Replacements): void {
  replacements.replace(methodsOf("activation"), "apply", () => gelu);
}

/** What is recorded in place of tfjs's layers. */
export const LAYER_REWRITES: readonly Rewrite[] = [
  noteEmbeddingLookups,
  noteLogits,
  refuseStatefulCalls,
  replaceRecurrentLayers,
  replaceLayerNormalization,
  replaceBatchNormalization,
  replaceGelu,
];
