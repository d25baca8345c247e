// tfjs kernels that are replaced while a step is recorded, because they look at values in JavaScript.
import { tf } from "../tf";
import { type Backend, backend, dataTypeCode } from "./backend";
import type { Replacements } from "./replacement";

type Kernel = (parameters: {
  inputs: tf.NamedTensorInfoMap;
  backend: unknown;
  attrs?: tf.NamedAttrMap;
}) => tf.TensorInfo | tf.TensorInfo[];

/** Replaces the kernels until the replacements are restored. */
export function replaceKernels(replacements: Replacements): void {
  replaceKernel(replacements, "GatherV2", gather);
}

function replaceKernel(replacements: Replacements, name: string, kernel: Kernel): void {
  const registered = tf.getKernel(name, "tensorflow") as { kernelFunc: Kernel };
  replacements.replace(registered, "kernelFunc", () => kernel);
}

/** tfjs-node reads the indices to check them; TensorFlow's op checks them itself when the graph runs. */
const gather: Kernel = ({ inputs, attrs }) => {
  const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
  const { axis, batchDims } = attrs as { axis: number; batchDims: number };
  const running: Backend = backend();
  const type = (name: string, dtype: tf.DataType) => ({
    name,
    type: running.binding.TF_ATTR_TYPE,
    value: dataTypeCode(dtype),
  });
  return tf.tidy(() => {
    const axisTensor = tf.scalar(axis, "int32");
    const attributes = [
      { name: "batch_dims", type: running.binding.TF_ATTR_INT, value: batchDims },
      type("Tparams", x.dtype),
      type("Tindices", indices.dtype),
      type("Taxis", "int32"),
    ];
    return running.executeSingleOutput("GatherV2", attributes, [x, indices, axisTensor]);
  });
};
