// How the maps of an image network shrink, window by window, so that an image that is too small for it is refused with the layer that it
// does not reach and the size that would do.

import { atLeast } from "../../../indexing";

/** How a layer's window moves over its maps. */
export interface Window {
  /** The layer, for messages. */
  readonly name: string;
  readonly kernelSize: number;
  readonly stride: number;
  /** `"valid"`: only where the window fits. Else the maps are padded, so that only the stride makes them smaller. */
  readonly padding: "same" | "symmetric" | "valid";
}

/** The zeros that symmetric padding puts on each side: as many as keep the maps' size, or, for an even kernel, one less in all. */
export const zerosBeside = (kernelSize: number): number => Math.floor((kernelSize - 1) / 2);

/** How many of a window's values have to be the map's own at its first place. Without a stride, symmetric zeros are those of `"same"`. */
function own({ kernelSize, stride, padding }: Window): number {
  if (padding === "valid") return kernelSize;
  return padding === "symmetric" && stride > 1 ? kernelSize - 2 * zerosBeside(kernelSize) : 1;
}

/** The least side that a window can do anything with: itself, or, where maps are padded, one step. */
const least = (window: Window): number =>
  window.padding === "valid" ? window.kernelSize : Math.max(window.stride, own(window));

/** The side of the maps that come out. */
const after = (side: number, window: Window): number => Math.floor((side - own(window)) / window.stride) + 1;

/** The least side of the maps to come in, where a given one has to come out. */
const before = (side: number, window: Window): number =>
  Math.max(least(window), (side - 1) * window.stride + own(window));

/**
 * @param windows all that an image goes through, in their order.
 * @throws RangeError when it is too small for one of them.
 */
export function checkImageFits(owner: string, image: readonly number[], windows: readonly Window[]): void {
  const [height, width] = atLeast(image, 2);
  let side = Math.min(height, width);
  for (const window of windows) {
    if (side < least(window)) {
      const needed = windows.reduceRight(before, 1);
      throw new RangeError(
        `${owner}: an image of ${height} × ${width} is ${side} pixel${side === 1 ? "" : "s"} wide or high when it reaches the layer ` +
          `${window.name}, which needs ${least(window)}. Give images of at least ${needed} × ${needed}, or fewer strides and poolings.`,
      );
    }
    side = after(side, window);
  }
}
