// tfjs's recurrent layers, unrolled while a step is recorded.
import { at, tuple } from "../../indexing";
import { gruRecurrence } from "../../ops/gru-recurrence";
import { lstmRecurrence, OPEN, simpleRecurrence } from "../../ops/recurrence";
import type { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import {
  biasOf,
  callUnrolled,
  columns,
  gruMaskedGates,
  gruParts,
  lastStep,
  type Recurrent,
  repeatOverUnits,
  type Unroll,
} from "../recurrent/unrolled";
import { castMasksQuietly } from "./boolean-masks";

/** Runs the recurrent layers on the recurrences until the replacements are restored. */
export function replaceRecurrentLayers(replacements: Replacements): void {
  const layers: [tf.layers.Layer, number, Unroll][] = [
    [tf.layers.simpleRNN({ units: 1 }), 1, simple],
    [tf.layers.lstm({ units: 1 }), 2, lstm],
    [tf.layers.gru({ units: 1 }), 1, gru],
  ];
  for (const [layer, states, unroll] of layers) {
    const prototype = Object.getPrototypeOf(layer) as Recurrent;
    replacements.replace(
      prototype,
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
