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
