// Random numbers inside a graph. tfjs draws them in JavaScript, so that a recorded mask would be the same in every run; while
// a step is recorded, TensorFlow's counter-based generators take their place (Salmon et al. 2011, "Parallel random numbers:
// as easy as 1, 2, 3"). What they draw depends on two numbers alone: the seed of the operation and the number of the step.
import { createRequire } from "node:module";
import { backend, dataTypeCode } from "../../tfjs/backend";
import { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";

// tfjs-layers calls tfjs-core's functions through the object that tfjs-core exports; this is the same object, found from
// where tfjs-node finds it.
const core: typeof tf = createRequire(require.resolve("@tensorflow/tfjs-node"))("@tensorflow/tfjs-core");

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
    replacements.replace(core as unknown as Record<string, unknown>, name, () => stand);
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

/**
 * Runs a function operation by operation with the draws that a compiled function with this seed makes in this step.
 *
 * @param step the number of the step, the first being 0
 */
export function withDrawsOfStep<Result>(seed: number, step: number, run: () => Result): Result {
  const replacements = new Replacements();
  replaceRandomFunctions(replacements, {
    where: () => undefined,
    seedOf: (ordinal, own) => tf.tensor1d([mix(own ?? seed, ordinal), step], "int32"),
  });
  try {
    return run();
  } finally {
    replacements.restore();
  }
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
