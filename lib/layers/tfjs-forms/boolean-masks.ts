// A recurrent layer on tfjs's own loop casts its mask to numbers and transposes it. TensorFlow swaps the two operations, since a
// boolean takes less memory, and oneDNN then warns in red that it cannot transpose booleans. So the mask becomes numbers by
// `where` over ones and zeros, which is not swapped.
import { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";

interface Recurrent {
  call(inputs: tf.Tensor | tf.Tensor[], options: { readonly mask?: unknown } | null): tf.Tensor | tf.Tensor[];
}

interface Cast {
  kernelFunc(parameters: { inputs: { x: tf.Tensor }; attrs: { dtype: tf.DataType } }): tf.TensorInfo;
}

/** Makes recurrent layers with a mask cast it so until the replacements are restored. */
export function castMasksQuietly(replacements: Replacements): void {
  replacements.replace(
    tf.RNN.prototype as unknown as Recurrent,
    "call",
    (original) =>
      function (this: Recurrent, inputs, options) {
        const casts = new Replacements();
        const cast = tf.getKernel("Cast", "tensorflow") as unknown as Cast;
        if (options?.mask)
          casts.replace(cast, "kernelFunc", (usual) => (parameters) => {
            const { inputs, attrs } = parameters;
            if (inputs.x.dtype !== "bool" || attrs.dtype !== "float32") return usual(parameters);
            return tf.tidy(() => tf.where(inputs.x, tf.ones(inputs.x.shape), tf.zeros(inputs.x.shape)));
          });
        try {
          return original.call(this, inputs, options);
        } finally {
          casts.restore();
        }
      },
  );
}
