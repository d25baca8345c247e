// Images made smaller or larger by cubic convolution (Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE
// Transactions on Acoustics, Speech, and Signal Processing 29:6, 1981). Where an image is made smaller the curve is as many times
// wider, so that every pixel counts, and fine patterns do not turn into coarse ones; Pillow and PyTorch (antialias) do the same.
import { tf } from "../tfjs/tf";

/** Keys's a, with which the curve is right to the third order. */
const A = -0.5;
/** How far the curve reaches, in pixels of the larger image. */
const REACH = 2;

/**
 * An image of another size.
 *
 * @param image `[height, width, channels]`, float32.
 * @returns `[toHeight, toWidth, channels]`; may go a little above and below the image's values.
 */
export function resized(image: tf.Tensor3D, toHeight: number, toWidth: number): tf.Tensor3D {
  return tf.tidy(() => {
    const [height, width, channels] = image.shape;
    const rows = weights(height, toHeight); // [toHeight, height]
    const columns = weights(width, toWidth); // [toWidth, width]
    const lower = rows.matMul(image.reshape([height, width * channels])).reshape([toHeight, width, channels]);
    const sideways = lower.transpose([1, 0, 2]).reshape([width, toHeight * channels]);
    return columns.matMul(sideways).reshape([toWidth, toHeight, channels]).transpose<tf.Tensor3D>([1, 0, 2]);
  });
}

/** What share each of `from` pixels has in each of `to`, `[to, from]`; the shares of a pixel add up to 1. */
function weights(from: number, to: number): tf.Tensor2D {
  const scale = from / to;
  const wide = Math.max(1, scale);
  const values = new Float32Array(to * from);
  for (let pixel = 0; pixel < to; pixel++) {
    const middle = (pixel + 0.5) * scale;
    const first = Math.max(0, Math.floor(middle - REACH * wide));
    const row = values.subarray(pixel * from, (pixel + 1) * from);
    for (let i = first; i < Math.min(from, middle + REACH * wide); i++) row[i] = cubic((i + 0.5 - middle) / wide);
    const sum = row.reduce((all, one) => all + one, 0);
    for (let i = first; i < Math.min(from, middle + REACH * wide); i++) row[i] = (row[i] ?? 0) / sum;
  }
  return tf.tensor2d(values, [to, from]);
}

function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x >= REACH) return 0;
  return x < 1 ? ((A + 2) * x - (A + 3)) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * A;
}
