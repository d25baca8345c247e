// Tensors, layers and models where tfjs's types leave open or keep private what they are: said here, once.

import { tuple } from "../indexing";
import type { CompiledModel } from "./mends/compile";
import { tf } from "./tf";
import { UncompilableError } from "./uncompilable";

// ## What a value is
// A tensor or several, of which rank, made by numbers or by symbols: each is looked at here and has its type from then on.

interface OfRank {
  readonly 1: tf.Tensor1D;
  readonly 2: tf.Tensor2D;
  readonly 3: tf.Tensor3D;
  readonly 4: tf.Tensor4D;
}

function hasRank<Rank extends keyof OfRank>(tensor: tf.Tensor, rank: Rank): tensor is OfRank[Rank] {
  return tensor.rank === rank;
}

/** @throws RangeError for a tensor of another number of axes. */
export function ofRank<Rank extends keyof OfRank>(tensor: tf.Tensor, rank: Rank): OfRank[Rank] {
  if (hasRank(tensor, rank)) return tensor;
  throw new RangeError(`A tensor [${tensor.shape.join(", ")}] has ${tensor.rank} axes; ${rank} are expected.`);
}

/** The tensors that a layer or a model has computed. */
export function tensorsOf(outputs: ReturnType<tf.layers.Layer["apply"]>): tf.Tensor[] {
  return [outputs].flat().map((output) => {
    if (output instanceof tf.Tensor) return output;
    throw new TypeError("A layer was applied to symbols where tensors are expected.");
  });
}

/** The one tensor that a layer or a model has computed. */
export function tensorOf(outputs: ReturnType<tf.layers.Layer["apply"]>): tf.Tensor {
  const [output] = tuple(tensorsOf(outputs), 1);
  return output;
}

/** The one symbol that a layer makes of others. */
export function symbolOf(outputs: ReturnType<tf.layers.Layer["apply"]>): tf.SymbolicTensor {
  if (outputs instanceof tf.SymbolicTensor) return outputs;
  throw new TypeError("A layer was applied to tensors, or has several outputs, where one symbol is expected.");
}

/** The variable that holds a weight. */
export function variableOf(weight: tf.LayerVariable): tf.Variable {
  const variable = weight.read();
  if (variable instanceof tf.Variable) return variable;
  throw new TypeError(`The weight ${weight.name} is held by no variable.`);
}

// ## The backend that computes them, as far as a graph needs it
// Its two execute methods are public; the table of tensors and the native binding are declared private or untyped in tfjs-node.

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

// ## What a layer or a model holds

/** A layer may hold others: a wrapper one or two, a model used as a layer a list. */
interface Holding {
  readonly layers?: unknown;
  readonly layer?: unknown;
  readonly forwardLayer?: unknown;
  readonly backwardLayer?: unknown;
  readonly stateful?: boolean;
}

/** The layers that a wrapper or a model holds. A learner's own layer may have fields of these names too, with anything in them. */
export function layersIn(holder: tf.layers.Layer): tf.layers.Layer[] {
  const { layers, layer, forwardLayer, backwardLayer } = holder as Holding;
  return [layers, layer, forwardLayer, backwardLayer].flat().filter((one) => one instanceof tf.layers.Layer);
}

/** Whether a layer carries state from batch to batch. */
export const hasState = (layer: tf.layers.Layer): boolean => Boolean((layer as Holding).stateful);

/** What `compile` has made of a model; `undefined` where it was not called. A sequential model wraps the one that knows. */
export function compiledPartsIfAny(model: tf.LayersModel): CompiledModel | undefined {
  const core = model instanceof tf.Sequential ? (model as unknown as { model?: tf.LayersModel }).model : model;
  return core?.optimizer && core.lossFunctions?.length ? (core as unknown as CompiledModel) : undefined;
}

/** What keeps a weight of a layer within limits (maxNorm, nonNeg, …), if anything does. */
export const constraintOf = (weight: tf.LayerVariable): { apply(weight: tf.Tensor): tf.Tensor } | null | undefined =>
  (weight as unknown as { constraint?: { apply(weight: tf.Tensor): tf.Tensor } | null }).constraint;

// ## TensorFlow's own operations where tfjs composes several: gradients of activations, biases and recurrent cells

const typeT = (tensor: tf.TensorInfo): OpAttribute => ({
  name: "T",
  type: backend().binding.TF_ATTR_TYPE,
  value: dataTypeCode(tensor.dtype),
});

/** `dy` where the activation `y = max(x, 0)` is positive, otherwise 0. */
export const reluGrad = (dy: tf.TensorInfo, y: tf.TensorInfo): tf.Tensor =>
  backend().executeSingleOutput("ReluGrad", [typeT(y)], [dy, y]);

/** `dy · y · (1 − y)` for `y = sigmoid(x)`. */
export const sigmoidGrad = (dy: tf.TensorInfo, y: tf.TensorInfo): tf.Tensor =>
  backend().executeSingleOutput("SigmoidGrad", [typeT(y)], [y, dy]);

/** `dy · (1 − y²)` for `y = tanh(x)`. */
export const tanhGrad = (dy: tf.TensorInfo, y: tf.TensorInfo): tf.Tensor =>
  backend().executeSingleOutput("TanhGrad", [typeT(y)], [y, dy]);

/** The sum over all axes but the last. */
export const biasGrad = (dy: tf.Tensor): tf.Tensor =>
  tf.getBackend() === "tensorflow"
    ? backend().executeSingleOutput("BiasAddGrad", [typeT(dy)], [dy])
    : dy.sum(Array.from({ length: dy.rank - 1 }, (_, axis) => axis));

/** A matrix with rows and columns exchanged, by an operation that TensorFlow does not merge into the products it is used in. */
export function transpose(a: tf.TensorInfo): tf.Tensor {
  const { binding } = backend();
  const attributes = [
    typeT(a),
    { name: "N", type: binding.TF_ATTR_INT, value: 1 },
    { name: "equation", type: binding.TF_ATTR_STRING, value: "ij->ji" },
  ];
  return backend().executeSingleOutput("Einsum", attributes, [a]);
}

/** The product of two matrices. */
export function matMul(a: tf.TensorInfo, b: tf.TensorInfo, transposeA: boolean, transposeB: boolean): tf.Tensor {
  const flag = (name: string, value: boolean): OpAttribute => ({
    name,
    type: backend().binding.TF_ATTR_BOOL,
    value,
  });
  const attributes = [typeT(a), flag("transpose_a", transposeA), flag("transpose_b", transposeB)];
  return backend().executeSingleOutput("MatMul", attributes, [a, b]);
}

/** −ln of the softmax of logits [examples, classes] at the labels [examples], and its gradient [examples, classes]. */
export function sparseSoftmaxCrossEntropy(
  logits: tf.TensorInfo,
  labels: tf.TensorInfo,
): [loss: tf.Tensor, gradient: tf.Tensor] {
  const labelType = { name: "Tlabels", type: backend().binding.TF_ATTR_TYPE, value: dataTypeCode(labels.dtype) };
  const attributes = [typeT(logits), labelType];
  const inputs = [logits, labels];
  return tuple(backend().executeMultipleOutputs("SparseSoftmaxCrossEntropyWithLogits", attributes, inputs, 2), 2);
}

type Reserved = [mean: tf.Tensor, variance: tf.Tensor, rest: tf.Tensor];

const batchNormAttributes = (x: tf.TensorInfo, epsilon: number): OpAttribute[] => {
  const { binding } = backend();
  return [
    typeT(x),
    { name: "U", type: binding.TF_ATTR_TYPE, value: dataTypeCode("float32") },
    { name: "epsilon", type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: "data_format", type: binding.TF_ATTR_STRING, value: "NHWC" },
    { name: "is_training", type: binding.TF_ATTR_BOOL, value: true },
  ];
};

/**
 * Images [batch, height, width, channels] normalised by channel.
 *
 * @returns the result, each channel's mean and unbiased variance, and what the gradient takes
 */
export function fusedBatchNorm(
  x: tf.TensorInfo,
  scale: tf.TensorInfo,
  offset: tf.TensorInfo,
  epsilon: number,
): [y: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, ...reserved: Reserved] {
  const none = tf.tensor1d([]); // the averages to go by when nothing is trained
  const inputs = [x, scale, offset, none, none];
  const outputs = backend().executeMultipleOutputs("FusedBatchNormV3", batchNormAttributes(x, epsilon), inputs, 6);
  none.dispose();
  return tuple(outputs, 6);
}

/** The gradients by the images, the scale and the offset. */
export function fusedBatchNormGrad(
  dy: tf.TensorInfo,
  x: tf.TensorInfo,
  scale: tf.TensorInfo,
  reserved: Reserved,
  epsilon: number,
): tf.Tensor[] {
  const inputs = [dy, x, scale, ...reserved];
  const attributes = batchNormAttributes(x, epsilon);
  return backend().executeMultipleOutputs("FusedBatchNormGradV3", attributes, inputs, 5).slice(0, 3);
}

/** What a step of an LSTM keeps for its gradient; gates in TensorFlow's order. */
export interface LstmStep {
  readonly cellBefore: tf.Tensor;
  readonly hiddenBefore: tf.Tensor;
  readonly input: tf.Tensor;
  readonly cell: tf.Tensor;
  readonly forget: tf.Tensor;
  readonly output: tf.Tensor;
  readonly candidate: tf.Tensor;
  readonly activatedCell: tf.Tensor;
}

/**
 * The gradient of one LSTM step with sigmoid gates and tanh.
 *
 * @returns the gradient of the cell before, and of the four gates before activation: input, candidate, forget, output
 */
export function lstmStepGrad(
  step: LstmStep,
  recurrentKernel: tf.Tensor,
  none: { readonly input: tf.Tensor; readonly peephole: tf.Tensor; readonly bias: tf.Tensor },
  cellGrad: tf.Tensor,
  hiddenGrad: tf.Tensor,
): [cellBeforeGrad: tf.Tensor, gatesGrad: tf.Tensor] {
  const attributes = [typeT(cellGrad), { name: "use_peephole", type: backend().binding.TF_ATTR_BOOL, value: false }];
  const inputs = [
    ...[none.input, step.cellBefore, step.hiddenBefore, recurrentKernel],
    ...[none.peephole, none.peephole, none.peephole, none.bias],
    ...[step.input, step.cell, step.forget, step.output, step.candidate, step.activatedCell, cellGrad, hiddenGrad],
  ];
  const outputs = backend().executeMultipleOutputs("LSTMBlockCellGrad", attributes, inputs, 5);
  const [cellBeforeGrad, gatesGrad] = tuple(outputs, 5);
  return [cellBeforeGrad, gatesGrad];
}
