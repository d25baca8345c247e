// Operations of tfjs's that are computed otherwise while a step is recorded: kernels, gradients, and draws of random numbers.

import { at } from "../../indexing";
import {
  coreFunctions,
  gradientOf,
  isDifferentiated,
  type Kernel,
  kernelOf,
  type Replacements,
} from "../../tfjs/replacements";
import {
  type Backend,
  backend,
  biasGrad,
  dataTypeCode,
  matMul,
  reluGrad,
  sigmoidGrad,
  tanhGrad,
} from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";

// ## Kernels
// One looks at values in JavaScript, another takes the general op where TensorFlow has a special one that it can fuse with what
// follows, others declare a type that their input no longer has.

/** Replaces the kernels until the replacements are restored. */
export function replaceKernels(replacements: Replacements): void {
  replacements.replace(kernelOf<Lookup, LookupAttributes>("GatherV2"), "kernelFunc", () => gather);
  replacements.replace(kernelOf<Product, MatMulAttributes>("BatchMatMul"), "kernelFunc", multiply);
  replacements.replace(kernelOf<Product, MatMulAttributes>("_FusedMatMul"), "kernelFunc", multiplyAndAdd);
  // The only two kernels of tfjs-node that cast an input to float32 themselves.
  for (const name of ["Mean", "Exp"]) replacements.replace(kernelOf<{ x: tf.Tensor }>(name), "kernelFunc", ofFloats);
}

interface Product {
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
  readonly bias?: tf.Tensor;
}

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string;
}

/** Whether a tensor is one matrix, be it as a stack of one. */
const isMatrix = ({ shape }: tf.Tensor): boolean => shape.length === 2 || (shape.length === 3 && shape[0] === 1);

const asMatrix = (x: tf.Tensor): tf.Tensor => (x.rank === 2 ? x : x.reshape(x.shape.slice(1)));

/** Single matrices by `MatMul`; stacks of several go on by `BatchMatMulV2`. */
const multiply =
  (original: Kernel<Product, MatMulAttributes>): Kernel<Product, MatMulAttributes> =>
  (parameters) => {
    const { a, b } = parameters.inputs;
    if (!isMatrix(a) || !isMatrix(b)) return original(parameters);
    const { transposeA, transposeB } = parameters.attrs;
    return tf.tidy(() => {
      const product = matMul(asMatrix(a), asMatrix(b), transposeA, transposeB);
      return a.shape.length === 2 && b.shape.length === 2 ? product : product.expandDims(0);
    });
  };

/** A product with its bias next to it, which TensorFlow makes one operation of. */
const multiplyAndAdd =
  (original: Kernel<Product, MatMulAttributes>): Kernel<Product, MatMulAttributes> =>
  (parameters) => {
    const { a, b, bias } = parameters.inputs;
    const { transposeA, transposeB, activation } = parameters.attrs;
    if (!bias || !isMatrix(a) || !isMatrix(b) || activation !== "linear" || bias.shape.length !== 1) {
      return original(parameters);
    }
    return tf.tidy(() => {
      const sum = matMul(asMatrix(a), asMatrix(b), transposeA, transposeB).add(bias);
      return a.shape.length === 2 && b.shape.length === 2 ? sum : sum.expandDims(0);
    });
  };

/**
 * tfjs-node casts what it averages to float32, but declares the type from before: TensorFlow forgives that where the operation
 * runs by itself, not in a graph. Its exponential frees the tensor that it has cast.
 */
const ofFloats =
  (original: Kernel<{ x: tf.Tensor }>): Kernel<{ x: tf.Tensor }> =>
  (parameters) => {
    const { x } = parameters.inputs;
    if (x.dtype === "float32") return original(parameters);
    return tf.tidy(() => original({ ...parameters, inputs: { x: x.toFloat() } }) as tf.Tensor);
  };

interface Lookup {
  readonly x: tf.TensorInfo;
  readonly indices: tf.TensorInfo;
}

interface LookupAttributes {
  readonly axis: number;
  readonly batchDims: number;
}

/** tfjs-node reads the indices to check them; TensorFlow's op checks them itself when the graph runs. */
const gather: Kernel<Lookup, LookupAttributes> = ({ inputs, attrs }) => {
  const { x, indices } = inputs;
  const { axis, batchDims } = attrs;
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

// ## Gradients
// Those that tfjs composes of several operations and TensorFlow has as one. Where a gradient is differentiated itself (a
// gradient penalty, say) tfjs's own composition is left in place, because TensorFlow's operation has no gradient here.

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
  const config = gradientOf(kernel);
  replacements.replace(config, "inputsToSave", () => []);
  replacements.replace(config, "outputsToSave", () => [true]);
  replacements.replace(config, "gradFunc", (original) => (dy, saved, attributes) => {
    if (isDifferentiated()) return original.call(config, dy, saved, attributes);
    return { x: () => gradient(dy, at(saved, 0)) };
  });
}

function replaceBias(replacements: Replacements): void {
  const config = gradientOf("Add");
  replacements.replace(config, "gradFunc", (original) => (dy, saved, attributes) => {
    const gradients = original.call(config, dy, saved, attributes);
    if (isDifferentiated()) return gradients;
    const isBias = (x: tf.Tensor | undefined): x is tf.Tensor =>
      x !== undefined && dy.rank > 1 && x.size === x.shape.at(-1) && x.size === dy.shape.at(-1) && x.size < dy.size;
    const [a, b] = saved;
    if (isBias(a)) gradients.a = () => biasGrad(dy).reshape(a.shape);
    if (isBias(b)) gradients.b = () => biasGrad(dy).reshape(b.shape);
    return gradients;
  });
}

// ## Random numbers
// tfjs draws them in JavaScript, so that a recorded mask would be the same in every run; while a step is recorded, TensorFlow's
// counter-based generators take their place (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). What they draw
// depends on two numbers alone: the seed of the operation and the number of the step.

/** Where drawing operations get their seeds from. */
interface SeedSource {
  /** A pair `[seed of the operation, number of the step]`, int32, for the operation with this ordinal. */
  seedOf(ordinal: number, seed: number | undefined): tf.Tensor1D;
  /** Names what runs at the moment, for messages. */
  where(): string | undefined;
}

type StatelessOp = "StatelessRandomUniform" | "StatelessRandomNormal" | "StatelessTruncatedNormal";

/** Makes tfjs's random functions draw with TensorFlow's stateless generators until the replacements are restored. */
export function replaceRandomFunctions(replacements: Replacements, seeds: SeedSource): void {
  let ordinal = 0;
  const draw = (op: StatelessOp, shape: number[], seed: unknown): tf.Tensor =>
    tf.tidy(() => {
      const { binding } = backend();
      const type = (name: string, dtype: tf.DataType) => ({
        name,
        type: binding.TF_ATTR_TYPE,
        value: dataTypeCode(dtype),
      });
      const attributes = [type("dtype", "float32"), type("T", "int32"), type("Tseed", "int32")];
      const pair = seeds.seedOf(ordinal++, seed === undefined || seed === null ? undefined : seedNumber(seed));
      return backend().executeSingleOutput(op, attributes, [tf.tensor1d(shape, "int32"), pair]);
    });

  const uniform = (shape: number[], low = 0, high = 1, dtype: tf.DataType = "float32", seed?: unknown): tf.Tensor =>
    tf.tidy(() => scaleAndShift(draw("StatelessRandomUniform", shape, seed), high - low, low).cast(dtype));
  const normal = (
    shape: number[],
    mean = 0,
    deviation = 1,
    dtype: tf.DataType = "float32",
    seed?: unknown,
  ): tf.Tensor => tf.tidy(() => scaleAndShift(draw("StatelessRandomNormal", shape, seed), deviation, mean).cast(dtype));
  const truncatedNormal = (
    shape: number[],
    mean = 0,
    deviation = 1,
    dtype: tf.DataType = "float32",
    seed?: unknown,
  ): tf.Tensor =>
    tf.tidy(() => scaleAndShift(draw("StatelessTruncatedNormal", shape, seed), deviation, mean).cast(dtype));

  /** Srivastava et al. 2014, "Dropout", with the inverted scaling that every framework uses. */
  const dropout = (
    x: tf.Tensor | tf.TensorLike,
    rate: number,
    noiseShape?: number[],
    seed?: number | string,
  ): tf.Tensor =>
    tf.tidy(() => {
      const input = toTensor(x);
      if (!(rate >= 0 && rate < 1))
        throw new Error(`A dropout rate is at least 0 and less than 1, but ${rate} was given.`);
      if (rate === 0) return input.clone();
      const shape = input.shape.map((size, axis) => noiseShape?.[axis] ?? size);
      const kept = uniform(shape, 0, 1, "float32", seed).greaterEqual(rate);
      return input.mul(kept.cast("float32").mul(1 / (1 - rate)));
    });

  const replaceFunction = (name: keyof typeof tf, stand: unknown): void =>
    replacements.replace(coreFunctions, name, () => stand);
  replaceFunction("randomUniform", uniform);
  replaceFunction("randomNormal", normal);
  replaceFunction("truncatedNormal", truncatedNormal);
  replaceFunction("dropout", dropout);
  replaceFunction("randomStandardNormal", (shape: number[], dtype?: tf.DataType, seed?: unknown) =>
    normal(shape, 0, 1, dtype, seed),
  );
  replaceFunction("randomUniformInt", (shape: number[], low: number, high: number, seed?: unknown) =>
    tf.tidy(() => uniform(shape, low, high, "float32", seed).floor().cast("int32")),
  );
  replaceFunction(
    "multinomial",
    (given: tf.Tensor | tf.TensorLike, samples: number, seed?: number, normalized = false) =>
      tf.tidy(() => {
        const logits = toTensor(given);
        // The Gumbel-max trick: the largest of logit + Gumbel noise is a draw from the softmax (Maddison et al. 2014).
        const rows = logits.rank === 1 ? logits.expandDims(0) : logits;
        const [count = 1, classes = 1] = rows.shape;
        const scores = normalized ? rows.log() : rows;
        const noise = uniform([count, samples, classes], 1e-20, 1, "float32", seed).log().neg().log().neg();
        const drawn = scores.expandDims(1).add(noise).argMax(2); // [count, samples]
        return logits.rank === 1 ? drawn.squeeze([0]) : drawn;
      }),
  );
  const refuse = (what: string) => (): never => {
    throw new UncompilableError(`draws random numbers in JavaScript (${what})`, seeds.where());
  };
  replaceFunction("rand", refuse("tf.rand"));
  replaceFunction("randomGamma", refuse("tf.randomGamma"));
  replacements.replace(Math, "random", () => refuse("Math.random"));
}

function toTensor(x: tf.Tensor | tf.TensorLike): tf.Tensor {
  return x instanceof tf.Tensor ? x : tf.tensor(x as number[]);
}

function scaleAndShift(drawn: tf.Tensor, factor: number, offset: number): tf.Tensor {
  const stretched = factor === 1 ? drawn : drawn.mul(factor);
  return offset === 0 ? stretched : stretched.add(offset);
}

/** A seed given as text counts by its characters. */
function seedNumber(seed: unknown): number {
  return typeof seed === "number" ? seed : [...String(seed)].reduce((sum, letter) => mix(sum, letter.charCodeAt(0)), 0);
}

/** One int32 out of two numbers, spread widely (the finalizer of MurmurHash3). */
export function mix(a: number, b: number): number {
  let hash = Math.imul(Math.floor(a) ^ Math.imul(Math.floor(b) + 1, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
