// e to the power of whole numbers: tfjs-node casts them for TensorFlow, and disposes what it was given in place of what it made.
import type * as tfjs from "@tensorflow/tfjs-node";

/** Mends tfjs, once for all. */
export function mendExponential(tf: typeof tfjs): void {
  const config = tf.getKernel("Exp", "tensorflow") as { kernelFunc: tfjs.KernelFunc };
  const { kernelFunc } = config;
  config.kernelFunc = (call) => {
    const { x } = call.inputs as { x: tfjs.Tensor };
    if (x.dtype !== "int32") return kernelFunc(call);
    const float = x.toFloat();
    try {
      return kernelFunc({ ...call, inputs: { x: float } });
    } finally {
      float.dispose();
    }
  };
}
