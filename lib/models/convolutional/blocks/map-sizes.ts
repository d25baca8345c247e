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

/** The least side that a window can do anything with: itself, or, where maps are padded, one step. */
const least = ({ kernelSize, stride, padding }: Window): number => (padding === "valid" ? kernelSize : stride);

/** The side of the maps that come out. */
function after(side: number, { kernelSize, stride, padding }: Window): number {
  return padding === "valid" ? Math.floor((side - kernelSize) / stride) + 1 : Math.ceil(side / stride);
}

/** The least side of the maps to come in, where a given one has to come out. */
function before(side: number, window: Window): number {
  const { kernelSize, stride, padding } = window;
  return Math.max(least(window), (side - 1) * stride + (padding === "valid" ? kernelSize : 1));
}

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
