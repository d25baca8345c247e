// tfjs kernels that are replaced while a step is recorded: one looks at values in JavaScript, another takes the general op
// where TensorFlow has a special one that it can fuse with what follows.
import { tf } from "../tf";
import { type Backend, backend, dataTypeCode } from "./backend";
import { matMul } from "./ops";
import type { Replacements } from "./replacement";

type Kernel = (parameters: {
  inputs: tf.NamedTensorInfoMap;
  backend: unknown;
  attrs?: tf.NamedAttrMap;
}) => tf.TensorInfo | tf.TensorInfo[];

/** Replaces the kernels until the replacements are restored. */
export function replaceKernels(replacements: Replacements): void {
  replaceKernel(replacements, "GatherV2", () => gather);
  replaceKernel(replacements, "BatchMatMul", multiply);
}

function replaceKernel(replacements: Replacements, name: string, kernel: (original: Kernel) => Kernel): void {
  const registered = tf.getKernel(name, "tensorflow") as { kernelFunc: Kernel };
  replacements.replace(registered, "kernelFunc", kernel);
}

/** Plain matrices by `MatMul`; stacks of them go on by `BatchMatMulV2`. */
const multiply =
  (original: Kernel): Kernel =>
  (parameters) => {
    const { a, b } = parameters.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    if (a.shape.length !== 2 || b.shape.length !== 2) return original(parameters);
    const { transposeA, transposeB } = parameters.attrs as { transposeA: boolean; transposeB: boolean };
    return matMul(a, b, transposeA, transposeB);
  };

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
