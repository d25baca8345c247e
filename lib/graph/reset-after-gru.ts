// Gated recurrent units that reset after the product with the recurrent kernel, as in Keras, PyTorch and cuDNN, unrolled as those
// of recurrence.ts are, which reset before it (Cho et al. 2014).
import { tf } from "../tf";
import { withFastGradient } from "./fast-gradient";
import { exchanged, matMul } from "./ops";
import { kernelGrad, type Squash, stepsOf } from "./recurrence";

/**
 * Gated recurrent units that reset after the product: z, r from p_t + h_(t−1) U; m = h_(t−1) V + b; the candidate g = squash(p_t + r m);
 * h_t = z h_(t−1) + (1 − z) g.
 *
 * @param gatesProjected the inputs times the kernels of z and r, plus all their biases [time, batch, 2 · units]
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
  gate: Squash,
  squash: Squash,
): tf.Tensor {
  return withFastGradient(
    ([pGates, p, u, v, b, first], keep) => {
      const kept: tf.Tensor[] = [];
      const states: tf.Tensor[] = [];
      const inputs = tf.unstack(p as tf.Tensor);
      for (const [t, gatesInput] of tf.unstack(pGates as tf.Tensor).entries()) {
        const before = states.at(-1) ?? (first as tf.Tensor);
        const gates = gate.apply(gatesInput.add(tf.matMul(before, u as tf.Tensor)));
        const [z, r] = tf.split(gates, 2, 1) as [tf.Tensor, tf.Tensor];
        const memory = tf.matMul(before, v as tf.Tensor).add(b as tf.Tensor);
        const g = squash.apply((inputs[t] as tf.Tensor).add(r.mul(memory)));
        const difference = before.sub(g);
        states.push(g.add(z.mul(difference)));
        kept.push(before, gates, z, r, memory, g, difference);
      }
      keep([u as tf.Tensor, v as tf.Tensor, ...kept]);
      return {
        value: tf.stack(states, 1),
        gradient: (dy, [uSaved, vSaved, ...saved]) => {
          const steps = stepsOf(saved, 7) as GruStep[];
          const outer = tf.unstack(dy, 1);
          const [uBack, vBack] = [exchanged(uSaved as tf.Tensor), exchanged(vSaved as tf.Tensor)];
          const [gates, candidates, products]: [tf.Tensor[], tf.Tensor[], tf.Tensor[]] = [[], [], []];
          let carried: tf.Tensor | undefined;
          for (let t = steps.length - 1; t >= 0; t--) {
            const [, both, z, r, memory, g, difference] = steps[t] as GruStep;
            const total = carried === undefined ? (outer[t] as tf.Tensor) : (outer[t] as tf.Tensor).add(carried);
            const kept = total.mul(z);
            const candidate = squash.gradient(total.sub(kept), g);
            const bothGrad = gate.gradient(tf.concat([total.mul(difference), candidate.mul(memory)], 1), both);
            const product = candidate.mul(r);
            gates.unshift(bothGrad);
            candidates.unshift(candidate);
            products.unshift(product);
            carried = tf.addN([kept, matMul(product, vBack, false, false), matMul(bothGrad, uBack, false, false)]);
          }
          const before = steps.map(([state]) => state);
          const [allGates, all] = [tf.stack(gates), tf.stack(products)];
          const [uGrad, vGrad, bGrad] = [kernelGrad(before, allGates), kernelGrad(before, all), all.sum([0, 1])];
          return [allGates, tf.stack(candidates), uGrad, vGrad, bGrad, carried as tf.Tensor];
        },
      };
    },
    [gatesProjected, projected, gatesKernel, kernel, bias, initial],
  );
}

type GruStep = [
  ...[before: tf.Tensor, gates: tf.Tensor, z: tf.Tensor, r: tf.Tensor],
  ...[memory: tf.Tensor, candidate: tf.Tensor, difference: tf.Tensor],
];
