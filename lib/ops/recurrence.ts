// Recurrent networks over a whole sequence, unrolled so that little is left in each step. Three things are taken out of the
// loop: the product of the inputs with their kernel, which the caller makes for all times at once; the recurrent kernel's
// gradient, one product over all times; and TensorFlow's own gradients take the place of composed ones. What remains of a
// step is one product with the recurrent kernel and the gates.
//
// Shapes: times come first, [time, batch, …], because each step then is one piece of memory.

import { at, atLeast, type Tuple, type TupleLength, tuple } from "../indexing";
import { type LstmStep, lstmStepGrad, matMul, reluGrad, sigmoidGrad, tanhGrad, transpose } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { withFastGradient } from "./fast-gradient";
import { splitGradByMask, stateAfter } from "./masked-steps";

/** An activation whose derivative follows from its value. */
export interface ActivationWithGradient {
  readonly apply: (x: tf.Tensor) => tf.Tensor;
  /** The gradient of `x`, from `y = apply(x)` and its gradient. */
  readonly gradient: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor;
  /** Whether it is fit for a gate that can be shut and opened: 0 at −`OPEN`, 1 at `OPEN`, flat at both, and f(−x) = 1 − f(x). */
  readonly saturates?: true;
}

/** The input that surely opens a gate; its negative shuts it. */
export const OPEN = 1e9;

/** The activations that recurrent layers use, by their names in tfjs-layers. */
export const activations: Readonly<Record<string, ActivationWithGradient>> = {
  tanh: { apply: (x) => tf.tanh(x), gradient: tanhGrad },
  sigmoid: { apply: (x) => tf.sigmoid(x), gradient: sigmoidGrad, saturates: true },
  relu: { apply: (x) => tf.relu(x), gradient: reluGrad },
  linear: { apply: (x) => x, gradient: (dy) => dy },
  // max(0, min(1, x / 5 + 1 / 2)), whose slope is 1 / 5 where the value lies between 0 and 1.
  hardSigmoid: {
    apply: (x) => x.mul(0.2).add(0.5).clipByValue(0, 1),
    gradient: (dy, y) => dy.mul(y.greater(0).logicalAnd(y.less(1)).cast("float32").mul(0.2)),
    saturates: true,
  },
};

/** Takes apart what was saved of each step, in the order in which it was saved. */
export function stepsOf<Size extends TupleLength>(
  saved: readonly tf.Tensor[],
  perStep: Size,
): Tuple<tf.Tensor, Size>[] {
  return Array.from({ length: saved.length / perStep }, (_, t) =>
    tuple(saved.slice(t * perStep, (t + 1) * perStep), perStep),
  );
}

/** The gradient of a state: that of the output at its time, and those of all that was made of it later. */
export const totalGrad = (outer: tf.Tensor, later: tf.Tensor[]): tf.Tensor =>
  later.length === 0 ? outer : tf.addN([outer, ...later]);

/** The gradient of a kernel from all times: what went into it, transposed, times the gradient of what came out. */
export function kernelGrad(ins: tf.Tensor[], outs: tf.Tensor): tf.Tensor {
  const flat = tf.concat(ins, 0); // [time · batch, units]
  return matMul(flat, outs.reshape([at(flat.shape, 0), -1]), true, false);
}

/**
 * h_t = activation(p_t + h_(t−1) U) (Elman 1990).
 *
 * @param projected the inputs times their kernel, plus bias [time, batch, units]
 * @param kernel the recurrent kernel U [units, units]
 * @param initial h_0 [batch, units]
 * @param unmasked false where a step is masked [time, batch, units]: h_t = h_(t−1) there
 * @returns all states [batch, time, units]
 */
export function simpleRecurrence(
  projected: tf.Tensor,
  kernel: tf.Tensor,
  initial: tf.Tensor,
  activation: ActivationWithGradient,
  unmasked?: tf.Tensor,
): tf.Tensor {
  return withFastGradient(
    (inputs, keep) => {
      const [p, u, first, counted] = atLeast(inputs, 3);
      const states: tf.Tensor[] = [];
      const counts = counted === undefined ? [] : tf.unstack(counted);
      for (const [t, input] of tf.unstack(p).entries()) {
        const before = states.at(-1) ?? first;
        const computed = activation.apply(input.add(tf.matMul(before, u)));
        states.push(stateAfter(counts[t], computed, before));
      }
      keep([u, first, ...states, ...counts]);
      return {
        value: tf.stack(states, 1),
        gradient: (dy, kept) => {
          const [u, first, ...saved] = atLeast(kept, 2);
          const outer = tf.unstack(dy, 1);
          const [after, counts] = [saved.slice(0, outer.length), saved.slice(outer.length)];
          const back = transpose(u);
          const activated: tf.Tensor[] = [];
          let later: tf.Tensor[] = [];
          for (let t = outer.length - 1; t >= 0; t--) {
            const total = totalGrad(at(outer, t), later);
            const { into, past } = splitGradByMask(counts[t], total);
            const inner = activation.gradient(into, at(after, t));
            activated.unshift(inner);
            later = [matMul(inner, back, false, false), ...past];
          }
          const inputs = tf.stack(activated);
          const before = [first, ...after.slice(0, -1)];
          return [inputs, kernelGrad(before, inputs), tf.addN(later)];
        },
      };
    },
    [projected, kernel, initial, ...(unmasked === undefined ? [] : [unmasked])],
  );
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000): the gates
 * i, g, f, o from p_t + h_(t−1) U; c_t = f c_(t−1) + i g; h_t = o activation(c_t).
 *
 * @param projected the inputs times their kernel, plus bias [time, batch, 4 · units], the gates in the order i, g, f, o
 * @param kernel the recurrent kernel U [units, 4 · units], in the same order
 * @param initial h_0 and c_0 [batch, units]
 * @param withCell whether the last cell comes after the states
 * @param unmasked false where a step is masked [time, batch, units]: h_t = h_(t−1) there. That c_t = c_(t−1) is for `projected`
 * to see to: f is to be open there, i and o shut.
 * @returns all states [batch, time, units], with the last cell [batch, time + 1, units]
 */
export function lstmRecurrence(
  projected: tf.Tensor,
  kernel: tf.Tensor,
  initial: readonly [hidden: tf.Tensor, cell: tf.Tensor],
  gate: ActivationWithGradient,
  activation: ActivationWithGradient,
  withCell: boolean,
  unmasked?: tf.Tensor,
): tf.Tensor {
  const usual = gate === activations.sigmoid && activation === activations.tanh;
  return withFastGradient(
    (inputs, keep) => {
      const [p, u, hidden0, cell0, counted] = atLeast(inputs, 4);
      const kept: tf.Tensor[] = [];
      const states: tf.Tensor[] = [];
      const counts = counted === undefined ? [] : tf.unstack(counted);
      let cell = cell0;
      for (const [t, input] of tf.unstack(p).entries()) {
        const before = states.at(-1) ?? hidden0;
        const gates = input.add(tf.matMul(before, u));
        const parts = tuple(tf.split(gates, 4, 1), 4);
        const [i, g, f, o] = [
          gate.apply(parts[0]),
          activation.apply(parts[1]),
          gate.apply(parts[2]),
          gate.apply(parts[3]),
        ];
        const next = f.mul(cell).add(i.mul(g));
        const activated = activation.apply(next);
        const state = stateAfter(counts[t], o.mul(activated), before);
        kept.push(cell, before, i, next, f, o, g, activated);
        states.push(state);
        cell = next;
      }
      keep([u, ...kept, ...counts]);
      return {
        value: tf.stack(withCell ? [...states, cell] : states, 1),
        gradient: (dy, kept) => {
          const [u, ...saved] = atLeast(kept, 1);
          const outer = tf.unstack(dy, 1);
          const last = withCell ? outer.pop() : undefined;
          const steps = stepsOf(saved.slice(0, 8 * outer.length), 8).map(lstmStep);
          const counts = saved.slice(8 * outer.length);
          const back = transpose(u);
          const none = {
            input: tf.zeros([at(dy.shape, 0), 0]),
            peephole: tf.zeros([at(dy.shape, 2)]),
            bias: tf.zeros([4 * at(dy.shape, 2)]),
          };
          const gates: tf.Tensor[] = [];
          let cellGrad = last ?? tf.zerosLike(at(outer, 0));
          let later: tf.Tensor[] = [];
          for (let t = steps.length - 1; t >= 0; t--) {
            const step = at(steps, t);
            const total = totalGrad(at(outer, t), later);
            // Nothing of a masked step's gradient gets through the shut gates.
            const [before, inner] = usual
              ? lstmStepGrad(step, u, none, cellGrad, total)
              : lstmStepGradOf(gate, activation)(step, cellGrad, total);
            gates.unshift(inner);
            cellGrad = before;
            later = [matMul(inner, back, false, false), ...splitGradByMask(counts[t], total).past];
          }
          const inputs = tf.stack(gates);
          const kernelGradient = kernelGrad(
            steps.map(({ hiddenBefore }) => hiddenBefore),
            inputs,
          );
          return [inputs, kernelGradient, tf.addN(later), cellGrad];
        },
      };
    },
    [projected, kernel, ...initial, ...(unmasked === undefined ? [] : [unmasked])],
  );
}

function lstmStep(saved: Tuple<tf.Tensor, 8>): LstmStep {
  const [cellBefore, hiddenBefore, input, cell, forget, output, candidate, activatedCell] = saved;
  return { cellBefore, hiddenBefore, input, cell, forget, output, candidate, activatedCell };
}

/** The same as `lstmStepGrad` for other activations than sigmoid and tanh. */
const lstmStepGradOf =
  (gate: ActivationWithGradient, activation: ActivationWithGradient) =>
  (step: LstmStep, cellGrad: tf.Tensor, hiddenGrad: tf.Tensor): [tf.Tensor, tf.Tensor] => {
    const cell = cellGrad.add(activation.gradient(hiddenGrad.mul(step.output), step.activatedCell));
    const gates = [
      gate.gradient(cell.mul(step.candidate), step.input),
      activation.gradient(cell.mul(step.input), step.candidate),
      gate.gradient(cell.mul(step.cellBefore), step.forget),
      gate.gradient(hiddenGrad.mul(step.activatedCell), step.output),
    ];
    return [cell.mul(step.forget), tf.concat(gates, 1)];
  };
