// Gated recurrent units over a whole sequence, unrolled as the recurrences of recurrence.ts are, in both forms: the reset gate
// acts before the product of the state with its kernel (Cho et al. 2014), or after it (Keras, PyTorch, cuDNN). Instead of the
// gate z, which says how much of the state stays, there is u = 1 − z here, which says how much of it moves to the candidate: with
// u = 0 the state stays as it is to the last digit, and that is how a step is masked.

import { at, atLeast, lastOf, tuple } from "../indexing";
import { matMul, transpose } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { withFastGradient } from "./fast-gradient";
import { type ActivationWithGradient, kernelGrad, stepsOf, totalGrad } from "./recurrence";

/**
 * Gated recurrent units that reset before the product: u, r from p_t + h_(t−1) U; the candidate g = activation(p_t + (r h_(t−1)) V);
 * h_t = h_(t−1) + u (g − h_(t−1)).
 *
 * @param gatesProjected the inputs times the kernels of u and r, plus bias [time, batch, 2 · units]
 * @param projected the inputs times the candidate's kernel, plus bias [time, batch, units]
 * @param gatesKernel U [units, 2 · units]
 * @param kernel V [units, units]
 * @param initial h_0 [batch, units]
 * @returns all states [batch, time, units]
 */
export function gruRecurrence(
  gatesProjected: tf.Tensor,
  projected: tf.Tensor,
  gatesKernel: tf.Tensor,
  kernel: tf.Tensor,
  initial: tf.Tensor,
  gate: ActivationWithGradient,
  activation: ActivationWithGradient,
): tf.Tensor {
  return gruOverTime(beforeProduct, [gatesProjected, projected, gatesKernel, kernel, initial], gate, activation);
}

/**
 * Gated recurrent units that reset after the product: u, r from p_t + h_(t−1) U; m = h_(t−1) V + b; the candidate
 * g = activation(p_t + r m); h_t = h_(t−1) + u (g − h_(t−1)).
 *
 * @param gatesProjected the inputs times the kernels of u and r, plus all their biases [time, batch, 2 · units]
 * @param projected the inputs times the candidate's kernel, plus bias [time, batch, units]
 * @param gatesKernel U [units, 2 · units]
 * @param kernel V [units, units]
 * @param bias b, of the candidate's product with the state [units]
 * @param initial h_0 [batch, units]
 * @returns all states [batch, time, units]
 */
export function resetAfterGruRecurrence(
  gatesProjected: tf.Tensor,
  projected: tf.Tensor,
  gatesKernel: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor,
  initial: tf.Tensor,
  gate: ActivationWithGradient,
  activation: ActivationWithGradient,
): tf.Tensor {
  return gruOverTime(afterProduct, [gatesProjected, projected, gatesKernel, kernel, bias, initial], gate, activation);
}

/** What a step keeps for its gradient; `middle` is r h_(t−1), or h_(t−1) V + b. */
type GruStep = [
  ...[before: tf.Tensor, gates: tf.Tensor, update: tf.Tensor, r: tf.Tensor],
  ...[middle: tf.Tensor, candidate: tf.Tensor, difference: tf.Tensor],
];

/** Where the reset gate acts: all that tells the two forms apart. `weights` are V, and b where there is one. */
interface Reset {
  /** What is added to the candidate's input. */
  readonly forward: (
    before: tf.Tensor,
    r: tf.Tensor,
    weights: tf.Tensor[],
  ) => readonly [sum: tf.Tensor, middle: tf.Tensor];
  /** From the gradient of that sum, those of r, of the state before, and of the product with V. */
  readonly backward: (
    dSum: tf.Tensor,
    step: GruStep,
    vBack: tf.Tensor,
  ) => readonly [r: tf.Tensor, before: tf.Tensor, product: tf.Tensor];
  /** What V was multiplied with. */
  readonly factor: (step: GruStep) => tf.Tensor;
  /** The gradients by the candidates' inputs and by `weights`, from those of all times [time, batch, units]. */
  readonly gradients: (
    candidates: tf.Tensor[],
    products: tf.Tensor[],
    factors: tf.Tensor[],
  ) => readonly [input: tf.Tensor, ...weights: tf.Tensor[]];
}

const beforeProduct: Reset = {
  forward(before, r, weights) {
    const [v] = atLeast(weights, 1);
    const middle = r.mul(before);
    return [tf.matMul(middle, v), middle];
  },
  backward(dSum, [before, , , r], vBack) {
    const dMiddle = matMul(dSum, vBack, false, false);
    return [dMiddle.mul(before), dMiddle.mul(r), dSum];
  },
  factor: (step) => step[4],
  gradients(candidates, _, factors) {
    const all = tf.stack(candidates); // of the products too
    return [all, kernelGrad(factors, all)];
  },
};

const afterProduct: Reset = {
  forward(before, r, weights) {
    const [v, b] = atLeast(weights, 2);
    const middle = tf.matMul(before, v).add(b);
    return [r.mul(middle), middle];
  },
  backward(dSum, [, , , r, middle], vBack) {
    const product = dSum.mul(r);
    return [dSum.mul(middle), matMul(product, vBack, false, false), product];
  },
  factor: (step) => step[0],
  gradients(candidates, products, factors) {
    const all = tf.stack(products);
    return [tf.stack(candidates), kernelGrad(factors, all), all.sum([0, 1])];
  },
};

/** @param inputs p of the gates, p of the candidate, U, V, b where there is one, h_0. */
function gruOverTime(
  reset: Reset,
  inputs: tf.Tensor[],
  gate: ActivationWithGradient,
  activation: ActivationWithGradient,
): tf.Tensor {
  return withFastGradient((given, keep) => {
    const [pGates, p, u, ...rest] = atLeast(given, 3);
    const [weights, first] = [rest.slice(0, -1), lastOf(rest)];
    const kept: tf.Tensor[] = [];
    const states: tf.Tensor[] = [];
    const candidateInputs = tf.unstack(p);
    for (const [t, gatesInput] of tf.unstack(pGates).entries()) {
      const before = states.at(-1) ?? first;
      const gates = gate.apply(gatesInput.add(tf.matMul(before, u)));
      const [update, r] = tuple(tf.split(gates, 2, 1), 2);
      const [sum, middle] = reset.forward(before, r, weights);
      const g = activation.apply(at(candidateInputs, t).add(sum));
      const difference = g.sub(before);
      states.push(before.add(update.mul(difference)));
      kept.push(before, gates, update, r, middle, g, difference);
    }
    keep([u, at(weights, 0), ...kept]);
    return {
      value: tf.stack(states, 1),
      gradient: (dy, kept) => {
        const [u, v, ...saved] = atLeast(kept, 2);
        const steps: GruStep[] = stepsOf(saved, 7);
        const outer = tf.unstack(dy, 1);
        const [uBack, vBack] = [transpose(u), transpose(v)];
        const [gates, candidates, products]: [tf.Tensor[], tf.Tensor[], tf.Tensor[]] = [[], [], []];
        let later: tf.Tensor[] = [];
        for (let t = steps.length - 1; t >= 0; t--) {
          const step = at(steps, t);
          const [, both, update, , , g, difference] = step;
          const total = totalGrad(at(outer, t), later);
          const moved = total.mul(update);
          const candidate = activation.gradient(moved, g);
          const [r, before, product] = reset.backward(candidate, step, vBack);
          const bothGrad = gate.gradient(tf.concat([total.mul(difference), r], 1), both);
          gates.unshift(bothGrad);
          candidates.unshift(candidate);
          products.unshift(product);
          later = [total.sub(moved), before, matMul(bothGrad, uBack, false, false)];
        }
        const allGates = tf.stack(gates);
        const uGrad = kernelGrad(
          steps.map(([before]) => before),
          allGates,
        );
        const [input, ...weightGrads] = reset.gradients(candidates, products, steps.map(reset.factor));
        return [allGates, input, uGrad, ...weightGrads, tf.addN(later)];
      },
    };
  }, inputs);
}
