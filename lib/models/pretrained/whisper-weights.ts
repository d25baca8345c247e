// The weights of a Whisper out of a file of CTranslate2, which joins the projections of queries, keys and values, and has rows for the
// outputs where our layers have columns.

import { shapeText } from "../../arguments";
import { tuple } from "../../indexing";
import { tf } from "../../tfjs/tf";
import { buildWhisper } from "../transformers/whisper";
import type { Weight } from "./ctranslate2-file";

/**
 * Builds the network whose weights are in a file.
 *
 * @throws RangeError when a weight is missing, or has another shape than the others ask for.
 */
export function whisperOf(weights: ReadonlyMap<string, Weight>): tf.LayersModel {
  const file = new WeightFile(weights);
  const [vocabulary, width] = tuple(file.weight("decoder/embeddings/weight").shape, 2);
  const [length] = tuple(file.weight("decoder/position_encodings/encodings").shape, 2);
  const [steps] = tuple(file.weight("encoder/position_encodings/encodings").shape, 2);
  const [, bands] = tuple(file.weight("encoder/conv1/weight").shape, 3);
  const [heads] = tuple([...file.weight("encoder/num_heads").values], 1);
  const blocks = [...weights.keys()].filter((name) => /^encoder\/layer_\d+\/ffn\/layer_norm\/beta$/.test(name)).length;
  const model = buildWhisper({ vocabulary, width, length, frames: 2 * steps, bands, heads, blocks });
  for (const layer of model.layers) {
    if (layer.weights.length === 0) continue;
    const values = tf.tidy(() => file.of(layer.name));
    const wrong = layer.weights.findIndex(({ shape }, i) => shape.join() !== values[i]?.shape.join());
    if (wrong >= 0)
      throw new RangeError(
        `its ${layer.weights[wrong]?.originalName} has the shape ${shapeText(values[wrong]?.shape ?? [])}; the others ask for ` +
          shapeText(layer.weights[wrong]?.shape ?? []),
      );
    layer.setWeights(values);
    tf.dispose(values);
  }
  return model;
}

/** The weights of our layers, in their order. */
class WeightFile {
  readonly #weights: ReadonlyMap<string, Weight>;

  constructor(weights: ReadonlyMap<string, Weight>) {
    this.#weights = weights;
  }

  weight(name: string): Weight {
    const weight = this.#weights.get(name);
    if (!weight) throw new RangeError(`it lacks ${name}`);
    return weight;
  }

  /** @param layer its name in a network of `buildWhisper` */
  of(layer: string): tf.Tensor[] {
    const [, side, part] = /^(encoder|decoder)(.*)$/.exec(layer) ?? [];
    if (layer === "embedding") return [this.#tensor("decoder/embeddings/weight")];
    if (layer === "positions") return [this.#tensor("decoder/position_encodings/encodings")];
    if (part === "Norm") return this.#normalization(`${side}/layer_norm`);
    if (part?.startsWith("Convolution")) return this.#convolution(`encoder/conv${part.slice(-1)}`);
    const block = `${side}/layer_${Number(part) - 1}`;
    const cross = side === "decoder" ? this.#cross(`${block}/attention`) : [];
    return [...this.#self(`${block}/self_attention`), ...cross, ...this.#feedForward(`${block}/ffn`)];
  }

  #tensor(name: string): tf.Tensor {
    const { values, shape } = this.weight(name);
    return tf.tensor(values, [...shape]);
  }

  #normalization(name: string): tf.Tensor[] {
    return [this.#tensor(`${name}/gamma`), this.#tensor(`${name}/beta`)];
  }

  /** `[outputs, inputs, 3]` there, `[3, 1, inputs, outputs]` here. */
  #convolution(name: string): tf.Tensor[] {
    const kernel = this.#tensor(`${name}/weight`).transpose([2, 1, 0]).expandDims(1);
    return [kernel, this.#tensor(`${name}/bias`)];
  }

  /** Of as many layers as are joined in one, the kernel and the bias of each. */
  #linear(name: string, joined: 1 | 2 | 3 = 1): tf.Tensor[] {
    const kernels = tf.split(this.#tensor(`${name}/weight`).transpose(), joined, 1);
    const biases = tf.split(this.#tensor(`${name}/bias`), joined);
    return kernels.flatMap((kernel, i) => [kernel, biases[i] ?? kernel]);
  }

  #self(name: string): tf.Tensor[] {
    const projections = [...this.#linear(`${name}/linear_0`, 3), ...this.#linear(`${name}/linear_1`)];
    return [...projections, ...this.#normalization(`${name}/layer_norm`)];
  }

  #cross(name: string): tf.Tensor[] {
    const [query, kept] = [this.#linear(`${name}/linear_0`), this.#linear(`${name}/linear_1`, 2)];
    return [...query, ...kept, ...this.#linear(`${name}/linear_2`), ...this.#normalization(`${name}/layer_norm`)];
  }

  #feedForward(name: string): tf.Tensor[] {
    const layers = [...this.#linear(`${name}/linear_0`), ...this.#linear(`${name}/linear_1`)];
    return [...layers, ...this.#normalization(`${name}/layer_norm`)];
  }
}
