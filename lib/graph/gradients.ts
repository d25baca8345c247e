// Gradients that tfjs composes of several operations and TensorFlow has as one. Each is itself differentiable, so that
// gradients of gradients (a gradient penalty, say) still work.
import { tf } from "../tf";
import { biasGrad, reluGrad, sigmoidGrad, tanhGrad } from "./ops";
import type { Replacements } from "./replacement";

interface GradientConfig {
  inputsToSave?: string[];
  outputsToSave?: boolean[];
  gradFunc(dy: tf.Tensor, saved: tf.Tensor[], attributes?: object): Record<string, () => tf.Tensor>;
}

/** Replaces the gradients until the replacements are restored. */
export function replaceGradients(replacements: Replacements): void {
  replaceActivation(replacements, "Relu", relu);
  replaceActivation(replacements, "Sigmoid", sigmoid);
  replaceActivation(replacements, "Tanh", tanh);
  replaceBias(replacements);
}

/** An activation whose gradient follows from its output. */
function replaceActivation(
  replacements: Replacements,
  kernel: string,
  gradient: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor,
): void {
  const config = tf.getGradient(kernel) as GradientConfig;
  replacements.replace(config, "inputsToSave", () => []);
  replacements.replace(config, "outputsToSave", () => [true]);
  replacements.replace(config, "gradFunc", () => (dy, saved) => ({ x: () => gradient(dy, saved[0] as tf.Tensor) }));
}

type GradientOp = (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor;

const relu: GradientOp = tf.customGrad((...parameters: unknown[]) => {
  const [dy, y] = parameters as [tf.Tensor, tf.Tensor];
  return { value: reluGrad(dy, y), gradFunc: (ddy: tf.Tensor) => [relu(ddy, y), tf.zerosLike(y)] };
});

const sigmoid: GradientOp = tf.customGrad((...parameters: unknown[]) => {
  const [dy, y] = parameters as [tf.Tensor, tf.Tensor];
  return {
    value: sigmoidGrad(dy, y),
    gradFunc: (ddy: tf.Tensor) => [sigmoid(ddy, y), ddy.mul(dy).mul(tf.sub(1, y.mul(2)))],
  };
});

const tanh: GradientOp = tf.customGrad((...parameters: unknown[]) => {
  const [dy, y] = parameters as [tf.Tensor, tf.Tensor];
  return { value: tanhGrad(dy, y), gradFunc: (ddy: tf.Tensor) => [tanh(ddy, y), ddy.mul(dy).mul(y.mul(-2))] };
});

/** The gradient of a bias that was added to the last axis; its own gradient is the bias' shape spread out again. */
const overAllButLast = tf.customGrad((...parameters: unknown[]) => {
  const [dy] = parameters as [tf.Tensor];
  const { shape } = dy;
  return { value: biasGrad(dy), gradFunc: (ddy: tf.Tensor) => [ddy.broadcastTo(shape)] };
});

function replaceBias(replacements: Replacements): void {
  const config = tf.getGradient("Add") as GradientConfig;
  replacements.replace(config, "gradFunc", (original) => (dy, saved, attributes) => {
    const gradients = original.call(config, dy, saved, attributes);
    const isBias = (x: tf.Tensor | undefined): boolean =>
      x !== undefined && dy.rank > 1 && x.size === x.shape.at(-1) && x.size === dy.shape.at(-1) && x.size < dy.size;
    const [a, b] = saved;
    if (isBias(a)) gradients.a = () => overAllButLast(dy).reshape((a as tf.Tensor).shape);
    if (isBias(b)) gradients.b = () => overAllButLast(dy).reshape((b as tf.Tensor).shape);
    return gradients;
  });
}
