// What the inputs of layers must be: axes, widths, heads and masks that go together.
import { batchShapeText, shapeFits, shapeText } from "../arguments";

/** @throws RangeError unless the width divides evenly among the heads. */
export function checkHeads(owner: string, width: number, heads: number): void {
  if (width % heads === 0) return;
  const fitting = Array.from({ length: width }, (_, index) => index + 1).filter((count) => width % count === 0);
  const below = fitting.filter((count) => count < heads).at(-1) ?? 1;
  const above = fitting.find((count) => count > heads) ?? width;
  throw new RangeError(
    `${owner}: a width of ${width} cannot be divided among ${heads} heads (${width} / ${heads} is no whole number). ` +
      `Take ${below} or ${above} heads, or a width of ${Math.ceil(width / heads) * heads}.`,
  );
}

/**
 * @param layer the layer's name.
 * @param shape of one of its inputs, the batch axis first.
 * @param axes what the input's axes are: `["batch", "time", "width"]`.
 * @throws RangeError unless the input has so many axes, and the last one a known size.
 */
export function checkAxes<Shape extends readonly (number | null)[]>(
  layer: string,
  shape: Shape | undefined,
  axes: readonly string[],
): asserts shape is Shape {
  if (shape === undefined)
    throw new RangeError(`${layer}: an input of shape [${axes.join(", ")}] is missing; give all inputs as one list.`);
  const written = shape.map((size, axis) => size ?? (axis === 0 ? "batch" : "any")).join(", ");
  if (shape.length !== axes.length)
    throw new RangeError(
      `${layer}: the input has ${shape.length} axes, [${written}]; ${axes.length} are expected, [${axes.join(", ")}]. ` +
        (shape.length < axes.length
          ? "Tokens become vectors by an embedding before this layer; single examples need a batch axis first."
          : "Reshape the input."),
    );
  if (axes.at(-1) === "width") checkWidthKnown(layer, shape);
}

/** @throws RangeError unless the last axis, for which a layer makes its weights, has a size. */
export function checkWidthKnown(layer: string, shape: readonly (number | null)[]): void {
  if (typeof shape.at(-1) !== "number")
    throw new RangeError(
      `${layer}: the width of the input, ${batchShapeText(shape)}, is not known; give the last axis of its shape a size, as in [batch, time, 64].`,
    );
}

/** @throws RangeError unless an input is as wide as the one that the layer's weights were made for. */
export function checkWidth(layer: string, shape: readonly number[], width: number): void {
  if (shape.at(-1) !== width)
    throw new RangeError(
      `${layer}: the input, ${shapeText(shape)}, is ${shape.at(-1)} wide; the layer's weights were made for a width of ${width}. ` +
        `Give inputs of width ${width}, or take a layer of its own for this one.`,
    );
}

/** @throws RangeError unless a mask has a number for each key of each example (or the same for all). */
export function checkMask(owner: string, mask: readonly number[], batch: number, keys: number): void {
  if (!shapeFits(mask, [batch, keys]) && !shapeFits(mask, [1, keys]))
    throw new RangeError(
      `${owner}: the mask has the shape ${shapeText(mask)}; [${batch}, ${keys}] is expected, [batch, keys]. ` +
        "Give 1 for each key that may be seen and 0 for padding: PaddingMask makes that of tokens.",
    );
}

/** @throws RangeError unless there is a dot product of each query with each key, and a value for each key. */
export function checkAttended(
  owner: string,
  shapes: { queries: readonly number[]; keys: readonly number[]; values: readonly number[] },
): void {
  const { queries, keys, values } = shapes;
  const given = `${owner}: queries ${shapeText(queries)}, keys ${shapeText(keys)} and values ${shapeText(values)}`;
  if (queries.at(-1) !== keys.at(-1))
    throw new RangeError(
      `${given}: queries of width ${queries.at(-1)} and keys of width ${keys.at(-1)} have no dot product. ` +
        "Give both the same width.",
    );
  if (keys.at(-2) !== values.at(-2))
    throw new RangeError(`${given}: ${keys.at(-2)} keys and ${values.at(-2)} values. Give one value for each key.`);
  for (const others of [keys, values])
    if (!queries.slice(0, -2).every((size, axis) => size === others[axis] || size === 1 || others[axis] === 1))
      throw new RangeError(
        `${given}: ${shapeText(queries.slice(0, -2))} and ${shapeText(others.slice(0, -2))} before the last two axes. ` +
          "Give all of them the same batch (and the same heads).",
      );
}
