// Gradients that tfjs composes of several operations and TensorFlow has as one. Where a gradient is differentiated itself (a
// gradient penalty, say) tfjs's own composition is left in place, because TensorFlow's operation has no gradient here.

import { at } from "../../indexing";
import { biasGrad, reluGrad, sigmoidGrad, tanhGrad } from "../../tfjs/native-ops";
import { isDifferentiated } from "../../tfjs/nested-gradients";
import type { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";

interface GradientConfig {
  inputsToSave?: string[];
  outputsToSave?: boolean[];
  gradFunc(dy: tf.Tensor, saved: tf.Tensor[], attributes?: object): Record<string, () => tf.Tensor>;
}

/** Replaces the gradients until the replacements are restored. */
export function replaceGradients(replacements: Replacements): void {
  replaceActivation(replacements, "Relu", reluGrad);
  replaceActivation(replacements, "Sigmoid", sigmoidGrad);
  replaceActivation(replacements, "Tanh", tanhGrad);
  replaceBias(replacements);
}

/** An activation whose gradient follows from its output, tfjs's composition too: relu's input is positive where its output is. */
function replaceActivation(
  replacements: Replacements,
  kernel: string,
  gradient: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor,
): void {
  const config = tf.getGradient(kernel) as GradientConfig;
  replacements.replace(config, "inputsToSave", () => []);
  replacements.replace(config, "outputsToSave", () => [true]);
  replacements.replace(config, "gradFunc", (original) => (dy, saved, attributes) => {
    if (isDifferentiated()) return original.call(config, dy, saved, attributes);
    return { x: () => gradient(dy, at(saved, 0)) };
  });
}

function replaceBias(replacements: Replacements): void {
  const config = tf.getGradient("Add") as GradientConfig;
  replacements.replace(config, "gradFunc", (original) => (dy, saved, attributes) => {
    const gradients = original.call(config, dy, saved, attributes);
    if (isDifferentiated()) return gradients;
    const isBias = (x: tf.Tensor | undefined): boolean =>
      x !== undefined && dy.rank > 1 && x.size === x.shape.at(-1) && x.size === dy.shape.at(-1) && x.size < dy.size;
    const [a, b] = saved;
    if (isBias(a)) gradients.a = () => biasGrad(dy).reshape((a as tf.Tensor).shape);
    if (isBias(b)) gradients.b = () => biasGrad(dy).reshape((b as tf.Tensor).shape);
    return gradients;
  });
}
