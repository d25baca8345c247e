// tfjs's layers that have a faster form while a step is recorded, or none at all.

import type { Rewrite } from "../../graph/recording/trace";
import { at } from "../../indexing";
import { gelu } from "../../ops/gelu";
import { batchNormalize, layerNormalize } from "../../ops/normalization";
import { noteLogits } from "../../ops/softmax-cross-entropy";
import type { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import { noteEmbeddingLookups } from "../recurrent/embedding-lookups";
import { replaceRecurrentLayers } from "./recurrent-layers";
import { refuseStatefulCalls } from "./running-layers";

/** Private fields of tfjs-layers' normalising layers. */
interface Normalizing {
  readonly axis: number | number[];
  readonly epsilon: number;
  readonly gamma: tf.LayerVariable | null;
  readonly beta: tf.LayerVariable | null;
  call(inputs: tf.Tensor | tf.Tensor[], options: object): tf.Tensor | tf.Tensor[];
}

/** Whether a layer normalises along (or, in a batch, for each place of) the last axis alone. */
function isLastAxis(axis: number | number[], rank: number): boolean {
  const [first, ...others] = [axis].flat();
  return others.length === 0 && (first === -1 || first === rank - 1);
}

function replaceLayerNormalization(replacements: Replacements): void {
  const prototype = Object.getPrototypeOf(tf.layers.layerNormalization()) as Normalizing;
  replacements.replace(
    prototype,
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

interface BatchNormalizing extends Normalizing {
  readonly momentum: number;
  readonly movingMean: tf.LayerVariable;
  readonly movingVariance: tf.LayerVariable;
  readonly trainable: boolean;
  call(inputs: tf.Tensor | tf.Tensor[], options: { training?: boolean }): tf.Tensor | tf.Tensor[];
}

/** In training; later, or frozen, the layer goes by its moving averages, which is quick as it is. */
function replaceBatchNormalization(replacements: Replacements): void {
  const prototype = Object.getPrototypeOf(tf.layers.batchNormalization()) as BatchNormalizing;
  replacements.replace(
    prototype,
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
  type Activation = { apply(x: tf.Tensor): tf.Tensor };
  const layer = tf.layers.activation({ activation: "gelu" }) as unknown as { activation: Activation };
  replacements.replace(Object.getPrototypeOf(layer.activation) as Activation, "apply", () => gelu);
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
