// How a network begins: what makes of large images small ones before the blocks begin, or leaves small ones as they are.
import { checkChoice } from "../../../option-checks";
import { tf } from "../../../tfjs/tf";
import { convolution, padded } from "./convolution";
import type { ImageNetwork } from "./image-network";

/** What networks can be asked for that were published for images of some 200 pixels, and have a small edition. */
export interface StemOptions {
  /**
   * `"large"`: the published beginning, which makes images four times smaller (GoogLeNet's: eight times); `"small"`: one 3 × 3
   * convolution, for images of 28 or 32 pixels, which would be gone then. Default `"small"`, or what the preset was published with.
   */
  stem?: "large" | "small";
}

/** @throws RangeError when there is no such beginning. */
export function checkStem(owner: string, { stem }: Required<StemOptions>): void {
  checkChoice(owner, "stem", stem, ["large", "small"]);
}

/** The beginning of ResNet and DenseNet: of the large one, a 7 × 7 convolution and a pooling halve the images one after the other. */
export function beginning(
  network: ImageNetwork,
  { stem, filters, batchNorm = true }: Required<StemOptions> & { filters: number; batchNorm?: boolean },
): tf.SymbolicTensor {
  if (stem === "small") return convolution(network, network.input, "stem", { filters, batchNorm });
  const maps = convolution(network, network.input, "stem", { filters, kernelSize: 7, stride: 2, batchNorm });
  const window = { name: "stem-pool", kernelSize: 3, stride: 2, padding: "symmetric" as const };
  // Zeros beside values none of which is below 0 change no maximum.
  return network.put(
    tf.layers.maxPooling2d({ name: window.name, poolSize: 3, strides: 2 }),
    padded(network, maps, window),
  );
}
