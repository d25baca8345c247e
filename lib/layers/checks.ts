// What the options of layers and models must be, checked before anything is built.

/**
 * @param owner who was given the options: `"buildCnn"`.
 * @throws RangeError unless every option is a whole number of at least 1, or a list of at least one of them.
 */
export function checkCounts(owner: string, counts: Record<string, number | readonly number[]>): void {
  for (const [name, value] of Object.entries(counts)) {
    const numbers = [value].flat();
    if (numbers.length === 0 || numbers.some((count) => !Number.isInteger(count) || count < 1))
      throw new RangeError(
        `${owner}: ${name} is ${JSON.stringify(value)}; it needs whole numbers of at least 1, and at least one of them.`,
      );
  }
}

/** @throws RangeError unless every option is a share of what is dropped: at least 0 and below 1. */
export function checkRates(owner: string, rates: Record<string, number>): void {
  for (const [name, rate] of Object.entries(rates)) {
    if (!(rate >= 0 && rate < 1))
      throw new RangeError(
        `${owner}: ${name} is ${rate}; it needs a share of at least 0 and below 1. 0 is no dropout, 0.1 is usual.`,
      );
  }
}

/** @throws RangeError unless the value is one of those named. */
export function checkChoice(owner: string, name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new RangeError(`${owner}: ${name} is "${value}"; it is one of ${choices.map((c) => `"${c}"`).join(", ")}.`);
}

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
export function checkAxes(layer: string, shape: readonly (number | null)[] | undefined, axes: readonly string[]): void {
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
  if (axes.at(-1) === "width" && shape.at(-1) === null)
    throw new RangeError(
      `${layer}: the width of the input, [${written}], is not known; give the last axis of its shape a size.`,
    );
}

/** Whether a shape is the expected one, where `null` stands for any size. */
export function fits(shape: readonly number[], expected: readonly (number | null)[]): boolean {
  return shape.length === expected.length && expected.every((side, axis) => side === null || side === shape[axis]);
}

/** The shape of an input with its batch axis: `[batch, 28, 28, 1]`. */
export function writtenBatch([batch, ...example]: readonly (number | null)[]): string {
  return `[${[batch ?? "batch", ...example.map((side) => side ?? "any")].join(", ")}]`;
}

/** A shape as messages have it: `[28, 28, 1]`. */
export function written(shape: readonly (number | null)[]): string {
  return `[${shape.map((side) => side ?? "any").join(", ")}]`;
}
