// Gradients that are kept from growing too large before an optimizer sees them.
import { checkArguments, either, NUMERIC, OPTIMIZER, optionsOf } from "../arguments";
import { tf } from "../tfjs/tf";

/** The largest that gradients may be: one of the two. */
export type GradientLimit =
  | {
      /** The length of all gradients together. */
      readonly norm: number;
    }
  | {
      /** The size of each number. */
      readonly value: number;
    };

/**
 * Makes an optimizer clip all gradients, in any engine.
 *
 * @param limit `norm`: all gradients are scaled together so that their common length is at most this (Pascanu et al. 2013,
 * "On the difficulty of training recurrent neural networks", algorithm 1); `value`: each number is cut to ± this
 * @returns the same optimizer
 * @throws RangeError when the limit is not a positive number
 *
 * @example
 * ```ts
 * const model = buildRnnLanguageModel({ vocabulary: 28 })
 * model.compile({ optimizer: clipGradients(tf.train.adam(), { norm: 1 }), loss: crossentropyIgnoring(0) })
 * ```
 */
export function clipGradients<Optimizer extends tf.Optimizer>(optimizer: Optimizer, limit: GradientLimit): Optimizer {
  checkArguments(
    "clipGradients",
    { optimizer, limit },
    { optimizer: OPTIMIZER, limit: either(optionsOf({ norm: NUMERIC }), optionsOf({ value: NUMERIC })) },
  );
  const most = "norm" in limit ? limit.norm : limit.value;
  if (!(most > 0)) throw new RangeError(`Gradients are clipped to a positive number, but ${most} was given.`);
  const compute = optimizer.computeGradients;
  optimizer.computeGradients = (loss, variables) => {
    const { value, grads } = compute.call(optimizer, loss, variables);
    const clipped = tf.tidy(() => ("norm" in limit ? clipByNorm(grads, most) : clipByValue(grads, most)));
    tf.dispose(grads);
    return { value, grads: clipped };
  };
  return optimizer;
}

function clipByNorm(gradients: tf.NamedTensorMap, most: number): tf.NamedTensorMap {
  const present = Object.entries(gradients).filter(([, gradient]) => gradient);
  const squares = present.map(([, gradient]) => gradient.square().sum());
  const norm = tf.addN(squares).sqrt();
  const factor = tf.scalar(most).div(norm.maximum(most));
  return Object.fromEntries(present.map(([name, gradient]) => [name, gradient.mul(factor)]));
}

function clipByValue(gradients: tf.NamedTensorMap, most: number): tf.NamedTensorMap {
  const present = Object.entries(gradients).filter(([, gradient]) => gradient);
  return Object.fromEntries(present.map(([name, gradient]) => [name, gradient.clipByValue(-most, most)]));
}
