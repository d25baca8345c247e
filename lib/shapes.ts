// Shapes: whether one is what is expected, and how messages write them.

/** Whether a shape is the expected one, where `null` stands for any size. */
export function shapeFits(shape: readonly number[], expected: readonly (number | null)[]): boolean {
  return shape.length === expected.length && expected.every((side, axis) => side === null || side === shape[axis]);
}

/** The shape of an input with its batch axis: `[batch, 28, 28, 1]`. */
export function batchShapeText(shape: readonly (number | null)[]): string {
  if (shape.length === 0) return "[]";
  const [batch, ...example] = shape;
  return `[${[batch ?? "batch", ...example.map((side) => side ?? "any")].join(", ")}]`;
}

/** A shape as messages have it: `[28, 28, 1]`. */
export function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((side) => side ?? "any").join(", ")}]`;
}

/**
 * @param axis from 0, or from −1 backwards
 * @throws RangeError where the shape has no such axis, or its size is not known
 */
export function sizeOfAxis(shape: readonly (number | null)[], axis: number): number {
  const size = shape.at(axis);
  if (typeof size !== "number")
    throw new RangeError(`The shape ${shapeText(shape)} has no known size at axis ${axis}.`);
  return size;
}

/** Images with a channel for grey, for three colours, or for these and how far one sees through. */
const KINDS: Readonly<Record<number, string>> = { 1: "grey", 3: "in colour", 4: "in colour with an alpha channel" };
const OTHERS_MADE: Readonly<Record<string, string>> = {
  "1 3": "give each pixel its grey three times: tf.image.grayscaleToRGB(images)",
  "3 1": "take the mean of its colours: images.mean(-1, true)",
  "4 3": "leave the alpha channel out: images.slice([0, 0, 0, 0], [-1, -1, -1, 3])",
};

/**
 * @param shape one example's, without the batch.
 * @returns what to do with images that differ from the expected ones in nothing but their channels, or nothing but their size.
 */
export function imageRemedy(shape: readonly number[], expected: readonly (number | null)[]): string | undefined {
  if (shape.length !== 3 || expected.length !== 3) return undefined;
  const [height, width, wanted = 0] = expected;
  const given = sizeOfAxis(shape, 2);
  const build = `Build the model with inputShape: ${shapeText(shape)}`;
  if (wanted === null) return undefined;
  if (given === wanted)
    return `${build}, or give the images the size expected: tf.image.resizeBilinear(images, [${height}, ${width}]).`;
  if (!shapeFits(shape.slice(0, 2), expected.slice(0, 2)) || !(given in KINDS && wanted in KINDS)) return undefined;
  const made = OTHERS_MADE[`${given} ${wanted}`];
  return `The images are ${KINDS[given]}, the network is for images ${KINDS[wanted]}. ${build}${made ? `, or ${made}` : ""}.`;
}
