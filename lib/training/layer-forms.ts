// tfjs's layers that have a faster form while a step is recorded, or none at all.
import { addForm } from "../graph/forms";
import { gelu } from "../graph/gelu";
import { layerNormalize } from "../graph/normalization";
import type { Replacements } from "../graph/replacement";
import { noteLogits } from "../graph/softmax-cross-entropy";
import { tf } from "../tf";
import { noteEmbeddingLookups } from "./embedding-lookups";
import { replaceRecurrentLayers } from "./recurrent-layers";
import { refuseStatefulCalls } from "./running-layers";

/** What tfjs-layers keeps to itself of a normalising layer. */
interface Normalizing {
  readonly axis: number | number[];
  readonly epsilon: number;
  readonly gamma: tf.LayerVariable | null;
  readonly beta: tf.LayerVariable | null;
  call(inputs: tf.Tensor | tf.Tensor[], options: object): tf.Tensor | tf.Tensor[];
}

function replaceLayerNormalization(replacements: Replacements): void {
  const prototype = Object.getPrototypeOf(tf.layers.layerNormalization()) as Normalizing;
  replacements.replace(
    prototype,
    "call",
    (original) =>
      function (this: Normalizing, given, options) {
        const input = [given].flat()[0] as tf.Tensor;
        const [axis, ...others] = [this.axis].flat();
        const last = axis === -1 || axis === input.rank - 1;
        if (!last || others.length > 0 || !this.gamma || !this.beta) return original.call(this, given, options);
        const [scale, offset] = [this.gamma.read(), this.beta.read()];
        return tf.tidy(() => layerNormalize(input, scale, offset, this.epsilon));
      },
  );
}

function replaceGelu(replacements: Replacements): void {
  type Activation = { apply(x: tf.Tensor): tf.Tensor };
  const layer = tf.layers.activation({ activation: "gelu" }) as unknown as { activation: Activation };
  replacements.replace(Object.getPrototypeOf(layer.activation) as Activation, "apply", () => gelu);
}

addForm(noteEmbeddingLookups);
addForm(noteLogits);
addForm(refuseStatefulCalls);
addForm(replaceRecurrentLayers);
addForm(replaceLayerNormalization);
addForm(replaceGelu);
