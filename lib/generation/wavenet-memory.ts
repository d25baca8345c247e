// A WaveNet that is told one code after the other, and computes of each layer only what is new: what a layer will look at again
// is kept in a ring until then (Paine et al. 2016, "Fast Wavenet generation algorithm"). So a sample costs each layer one
// product, however far back the network sees. In plain JavaScript: each product is so small that calling TensorFlow would
// take longer.

import { at, tuple } from "../indexing";
import { CausalConvolution } from "../layers/convolutional/causal-convolution";
import { bringNewestWeights } from "../layers/model-layers";
import type { tf } from "../tfjs/tf";

/** One product of a vector with a matrix, rows one after the other. */
interface Product {
  readonly kernel: Float32Array;
  /** Nothing is added where it is missing. */
  readonly bias: Float32Array;
}

interface Block {
  /** For each place of the kernel, from the oldest, its matrix `[channels, 2 · channels]`. */
  readonly taps: readonly Float32Array[];
  readonly bias: Float32Array;
  /** For each place of the kernel but the last, how many samples ago. */
  readonly delays: readonly number[];
  /** The inputs of the last samples, `[samples, channels]`, the newest in place `time % samples`. */
  readonly ring: Float32Array;
  /** What the gate's values add to the input of the next layer; the last layer has none. */
  readonly residual: Product | undefined;
  /** The rows of the matrix behind all gates that read this one `[channels, skips]`. */
  readonly skip: Float32Array;
}

/** Reads the weights of a network of `buildWaveNet`, and remembers what it was told. */
export class WaveNetMemory {
  /** How many codes there are. */
  readonly levels: number;
  readonly #table: Float32Array;
  readonly #blocks: readonly Block[];
  readonly #skipBias: Float32Array;
  readonly #head: Product;
  readonly #output: Product;
  readonly #x: Float32Array;
  readonly #gates: Float32Array;
  readonly #skips: Float32Array;
  readonly #hidden: Float32Array;
  #time = 0;

  /**
   * @param owner who was given the model, for messages
   * @throws RangeError when it is no network of `buildWaveNet`
   */
  constructor(model: tf.LayersModel, owner: string) {
    bringNewestWeights(model);
    const weights = (name: string): Float32Array[] => {
      const layer = model.layers.find((one) => one.name === name);
      if (!layer)
        throw new RangeError(
          `${owner}: the model ${model.name} has no layer ${name}; it takes a network of buildWaveNet. Other models go on by generate.`,
        );
      return layer.getWeights().map((weight) => weight.dataSync<"float32">());
    };
    const product = (name: string): Product => {
      const [kernel, bias] = tuple(weights(name), 2);
      return { kernel, bias };
    };
    const convolutions = model.layers.filter((layer) => layer instanceof CausalConvolution);
    [this.#table] = tuple(weights("embedding"), 1);
    const skips = product("skips");
    [this.#head, this.#output, this.#skipBias] = [product("head"), product("probabilities"), skips.bias];
    this.levels = this.#output.bias.length;
    const channels = this.#table.length / this.levels;
    this.#blocks = convolutions.map(({ name, kernelSize, dilation }, index) => {
      const { kernel, bias } = product(name);
      const [tap, skip] = [kernel.length / kernelSize, channels * this.#skipBias.length];
      return {
        taps: Array.from({ length: kernelSize }, (_, k) => kernel.subarray(k * tap, (k + 1) * tap)),
        bias,
        delays: Array.from({ length: kernelSize - 1 }, (_, k) => (kernelSize - 1 - k) * dilation),
        ring: new Float32Array(channels * ((kernelSize - 1) * dilation + 1)),
        residual: index + 1 < convolutions.length ? product(`residual${index + 1}`) : undefined,
        skip: skips.kernel.subarray(index * skip, (index + 1) * skip),
      };
    });
    [this.#x, this.#gates] = [new Float32Array(channels), new Float32Array(2 * channels)];
    [this.#skips, this.#hidden] = [new Float32Array(this.#skipBias.length), new Float32Array(this.#head.bias.length)];
  }

  /**
   * @param code the newest one
   * @returns a score for each that may come next: the logarithm of its probability, but for a number that is the same for all
   */
  next(code: number): Float32Array {
    const [x, gates, channels] = [this.#x, this.#gates, this.#x.length];
    x.set(this.#table.subarray(code * channels, (code + 1) * channels));
    this.#skips.set(this.#skipBias);
    for (const { taps, bias, delays, ring, residual, skip } of this.#blocks) {
      const places = ring.length / channels;
      ring.set(x, (this.#time % places) * channels);
      gates.set(bias);
      addProduct(gates, x, 0, at(taps, taps.length - 1));
      for (let k = 0; k < delays.length; k++) {
        const past = this.#time - at(delays, k);
        if (past >= 0) addProduct(gates, ring, (past % places) * channels, at(taps, k));
      }
      // From here on its first half is the gate's output.
      for (let i = 0; i < channels; i++)
        gates[i] = Math.tanh(gates[i] ?? 0) / (1 + Math.exp(-(gates[channels + i] ?? 0)));
      const output = gates.subarray(0, channels);
      addProduct(this.#skips, output, 0, skip);
      if (!residual) continue;
      for (let i = 0; i < channels; i++) x[i] = (x[i] ?? 0) + (residual.bias[i] ?? 0);
      addProduct(x, output, 0, residual.kernel);
    }
    this.#time++;
    rectify(this.#skips);
    this.#hidden.set(this.#head.bias);
    addProduct(this.#hidden, this.#skips, 0, this.#head.kernel);
    rectify(this.#hidden);
    const scores = this.#output.bias.slice();
    addProduct(scores, this.#hidden, 0, this.#output.kernel);
    return scores;
  }
}

/**
 * Adds x W to a vector, x beginning at a place of its array. Four rows at a time: so each sum is read and written less often. (`?? 0`
 * is for the compiler; `at` would make it four times slower.)
 */
function addProduct(sum: Float32Array, from: Float32Array, start: number, matrix: Float32Array): void {
  const columns = sum.length;
  const rows = matrix.length / columns;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const a = from[start + row] ?? 0;
    const b = from[start + row + 1] ?? 0;
    const c = from[start + row + 2] ?? 0;
    const d = from[start + row + 3] ?? 0;
    const [first, second, third, fourth] = [
      row * columns,
      (row + 1) * columns,
      (row + 2) * columns,
      (row + 3) * columns,
    ];
    for (let j = 0; j < columns; j++)
      sum[j] =
        (sum[j] ?? 0) +
        a * (matrix[first + j] ?? 0) +
        b * (matrix[second + j] ?? 0) +
        c * (matrix[third + j] ?? 0) +
        d * (matrix[fourth + j] ?? 0);
  }
  for (; row < rows; row++) {
    const x = from[start + row] ?? 0;
    for (let j = 0; j < columns; j++) sum[j] = (sum[j] ?? 0) + x * (matrix[row * columns + j] ?? 0);
  }
}

function rectify(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) if ((values[i] ?? 0) < 0) values[i] = 0;
}
