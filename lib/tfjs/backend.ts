// tfjs-node's backend, as far as a graph needs it. Its two execute methods are public; the table of tensors and the native
// binding are declared private or untyped there, so their types are stated here, once.
import { tuple } from "../indexing";
import { tf } from "./tf";
import { UncompilableError } from "./uncompilable";

/** An attribute as tfjs-node passes it to TensorFlow. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What TensorFlow says about a tensor that it made. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The native add-on: https://github.com/tensorflow/tfjs, tfjs-node/binding. */
interface Binding {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  createTensor(shape: readonly number[], dtype: number, values: ArrayLike<number>): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): TensorMetadata[];
}

export interface Backend {
  readonly binding: Binding;
  executeSingleOutput(op: string, attributes: readonly OpAttribute[], inputs: readonly tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  readSync(dataId: object): Float32Array | Int32Array | Uint8Array;
  read(dataId: object): Promise<Float32Array | Int32Array | Uint8Array>;
}

/**
 * The running backend.
 *
 * @throws UncompilableError when another backend than TensorFlow's is set: only that one runs TensorFlow's graphs.
 */
export function backend(): Backend {
  if (tf.getBackend() !== "tensorflow") {
    throw new UncompilableError(
      `needs the backend "tensorflow", but "${tf.getBackend()}" is set (tf.setBackend changes it)`,
    );
  }
  return tf.backend() as unknown as Backend;
}

/**
 * A second tensor over the same values with an identity of its own (`clone` shares the identity). Never recorded, because it
 * goes past the backend's execute methods.
 */
export function alias(tensor: tf.TensorInfo): tf.Tensor {
  const { binding } = backend();
  const type = { name: "T", type: binding.TF_ATTR_TYPE, value: dataTypeCode(tensor.dtype) };
  const [metadata] = tuple(binding.executeOp("Identity", [type], backend().getInputTensorIds([tensor]), 1), 1);
  return backend().createOutputTensor(metadata);
}

/** The codes of tensorflow/core/framework/types.proto for tfjs's types. */
const CODES: Readonly<Record<string, number>> = { float32: 1, int32: 3, string: 7, complex64: 8, bool: 10 };

/** TensorFlow's code for a tfjs type. */
export function dataTypeCode(dtype: tf.DataType): number {
  const code = CODES[dtype];
  if (code === undefined) throw new Error(`TensorFlow has no type for tfjs's "${dtype}".`);
  return code;
}
