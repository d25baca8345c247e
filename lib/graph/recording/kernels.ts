// tfjs kernels that are replaced while a step is recorded: one looks at values in JavaScript, another takes the general op
// where TensorFlow has a special one that it can fuse with what follows, others declare a type that their input no longer has.

import { type Backend, backend, dataTypeCode } from "../../tfjs/backend";
import { matMul } from "../../tfjs/native-ops";
import type { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";

type Kernel = (parameters: {
  inputs: tf.NamedTensorInfoMap;
  backend: unknown;
  attrs?: tf.NamedAttrMap;
}) => tf.TensorInfo | tf.TensorInfo[];

/** Replaces the kernels until the replacements are restored. */
export function replaceKernels(replacements: Replacements): void {
  replaceKernel(replacements, "GatherV2", () => gather);
  replaceKernel(replacements, "BatchMatMul", multiply);
  replaceKernel(replacements, "_FusedMatMul", multiplyAndAdd);
  // The only two kernels of tfjs-node that cast an input to float32 themselves.
  for (const name of ["Mean", "Exp"]) replaceKernel(replacements, name, ofFloats);
}

function replaceKernel(replacements: Replacements, name: string, kernel: (original: Kernel) => Kernel): void {
  const registered = tf.getKernel(name, "tensorflow") as { kernelFunc: Kernel };
  replacements.replace(registered, "kernelFunc", kernel);
}

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string;
}

/** Whether a tensor is one matrix, be it as a stack of one. */
const isMatrix = ({ shape }: tf.TensorInfo): boolean => shape.length === 2 || (shape.length === 3 && shape[0] === 1);

const asMatrix = (x: tf.TensorInfo): tf.Tensor => {
  const tensor = x as tf.Tensor;
  return x.shape.length === 2 ? tensor : tensor.reshape(x.shape.slice(1));
};

/** Single matrices by `MatMul`; stacks of several go on by `BatchMatMulV2`. */
const multiply =
  (original: Kernel): Kernel =>
  (parameters) => {
    const { a, b } = parameters.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    if (!isMatrix(a) || !isMatrix(b)) return original(parameters);
    const { transposeA, transposeB } = parameters.attrs as unknown as MatMulAttributes;
    return tf.tidy(() => {
      const product = matMul(asMatrix(a), asMatrix(b), transposeA, transposeB);
      return a.shape.length === 2 && b.shape.length === 2 ? product : product.expandDims(0);
    });
  };

/** A product with its bias next to it, which TensorFlow makes one operation of. */
const multiplyAndAdd =
  (original: Kernel): Kernel =>
  (parameters) => {
    const { a, b, bias } = parameters.inputs as Record<string, tf.TensorInfo | undefined>;
    const { transposeA, transposeB, activation } = parameters.attrs as unknown as MatMulAttributes;
    if (!a || !b || !bias || !isMatrix(a) || !isMatrix(b) || activation !== "linear" || bias.shape.length !== 1) {
      return original(parameters);
    }
    return tf.tidy(() => {
      const sum = matMul(asMatrix(a), asMatrix(b), transposeA, transposeB).add(bias as tf.Tensor);
      return a.shape.length === 2 && b.shape.length === 2 ? sum : sum.expandDims(0);
    });
  };

/**
 * tfjs-node casts what it averages to float32, but declares the type from before: TensorFlow forgives that where the operation
 * runs by itself, not in a graph. Its exponential frees the tensor that it has cast.
 */
const ofFloats =
  (original: Kernel): Kernel =>
  (parameters) => {
    const { x } = parameters.inputs as { x: tf.TensorInfo };
    if (x.dtype === "float32") return original(parameters);
    return tf.tidy(() => original({ ...parameters, inputs: { x: (x as tf.Tensor).toFloat() } }) as tf.Tensor);
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
