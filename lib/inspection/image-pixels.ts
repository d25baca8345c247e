// The images that figures draw, out of the tensors that models take.
import { shapeText } from "../arguments";
import type { tf } from "../tfjs/tf";

/** Images as plain numbers. */
export interface ImagePixels {
  readonly height: number;
  readonly width: number;
  /** 1 for grey images, 3 for red, green and blue. */
  readonly channels: 1 | 3;
  /** The values of each in reading order, a pixel's channels beside each other. */
  readonly images: readonly Float32Array[];
}

/**
 * @param caller who was given the images: `"saliency"`.
 * @param inputs `[batch, height, width, 1]` or `[batch, height, width, 3]`.
 * @param most how many can be drawn.
 * @param given what has another shape, as the message begins with it.
 * @throws RangeError for other shapes, none or more images.
 */
export function imagePixels(caller: string, inputs: tf.Tensor, most: number, given = "the inputs have"): ImagePixels {
  const [count = 0, height = 0, width = 0, channels] = inputs.shape;
  if (inputs.rank !== 4 || (channels !== 1 && channels !== 3))
    throw new RangeError(
      `${caller} draws grey images [batch, height, width, 1] and images in colour [batch, height, width, 3]; ${given} ` +
        `the shape ${shapeText(inputs.shape)}. Give a batch: dataset.batch([0, 1, 2]).inputs[0].`,
    );
  if (count < 1 || count > most)
    throw new RangeError(
      `${caller} draws ${most === 1 ? "1 image" : `1 to ${most} images`}; ${count} were given. ` +
        `Take ${most === 1 ? "one: dataset.batch([0]).inputs[0]" : "fewer: dataset.batch([0, 1, 2]).inputs[0]"}.`,
    );
  const values = inputs.dataSync<"float32">();
  const size = height * width * channels;
  const images = Array.from({ length: count }, (_, number) =>
    Float32Array.from(values.subarray(number * size, (number + 1) * size)),
  );
  return { height, width, channels, images };
}
