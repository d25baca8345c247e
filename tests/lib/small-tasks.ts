// Tasks so small that every model's tiny preset learns them in a second or two.
import { Dataset, Random } from "cellwise";

function dataset(
  name: string,
  inputs: { values: number[]; shape: number[]; dtype?: "int32" | "float32" }[],
  target: { values: number[]; shape: number[]; dtype?: "int32" | "float32" },
): Dataset {
  const column = ({ values, shape, dtype = "int32" }: (typeof inputs)[number]) => ({
    values: dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values),
    shape,
    dtype,
  });
  return new Dataset({ name, inputs: inputs.map(column), targets: [column(target)] });
}

const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Points of a square; the class says whether both coordinates have the same sign. */
export function xor(count: number, seed: number): Dataset {
  const random = new Random(seed);
  const points = times(count, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1] as const);
  return dataset("xor", [{ values: points.flat(), shape: [2], dtype: "float32" }], {
    values: points.map(([x, y]) => (x * y > 0 ? 0 : 1)),
    shape: [],
  });
}

/** Points on either side of a line, none nearer to it than the margin. */
export function separable(count: number, margin: number, seed: number): Dataset {
  const random = new Random(seed);
  const points: [number, number][] = [];
  while (points.length < count) {
    const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    if (Math.abs(0.6 * x - 0.8 * y + 0.1) >= margin) points.push([x, y]);
  }
  return dataset("two sides", [{ values: points.flat(), shape: [2], dtype: "float32" }], {
    values: points.map(([x, y]) => (0.6 * x - 0.8 * y + 0.1 > 0 ? 1 : 0)),
    shape: [],
  });
}

/** Images, 12 × 12 unless told otherwise, with horizontal, vertical or diagonal stripes, and noise. */
export function stripes(count: number, seed: number, side = 12): Dataset {
  const random = new Random(seed);
  const labels = times(count, () => random.below(3));
  const images = labels.map((label) => {
    const phase = random.below(4);
    return times(side * side, (pixel) => {
      const [row, column] = [Math.floor(pixel / side), pixel % side];
      const along = [row, column, row + column][label] as number;
      return ((along + phase) % 4 < 2 ? 0.7 : 0) + 0.3 * random.uniform();
    });
  });
  return dataset("stripes", [{ values: images.flat(), shape: [side, side, 1], dtype: "float32" }], {
    values: labels,
    shape: [],
  });
}

/** Texts of 4 to `length` tokens from 1 to 5, then padding; the class is the first token's, from 0. */
export function firstToken(count: number, length: number, seed: number): Dataset {
  const random = new Random(seed);
  const texts = times(count, () => {
    const end = 4 + random.below(length - 3);
    return times(length, (at) => (at < end ? 1 + random.below(5) : 0));
  });
  return dataset("first tokens", [{ values: texts.flat(), shape: [length] }], {
    values: texts.map(([first]) => (first as number) - 1),
    shape: [],
  });
}

/** Windows of sine waves of different phase, with the value that follows. */
export function waves(count: number, length: number, seed: number): Dataset {
  const random = new Random(seed);
  const windows = times(count, () => {
    const phase = 2 * Math.PI * random.uniform();
    return times(length + 1, (step) => Math.sin(phase + step * 0.5));
  });
  return dataset(
    "waves",
    [{ values: windows.flatMap((window) => window.slice(0, length)), shape: [length, 1], dtype: "float32" }],
    { values: windows.map((window) => window[length] as number), shape: [1], dtype: "float32" },
  );
}

/** Sequences that count upwards by 1 or 2 from a random start, modulo `vocabulary`: what follows is known after two tokens. */
export function counting(count: number, length: number, vocabulary: number, seed: number): Dataset {
  const random = new Random(seed);
  const texts = times(count, () => {
    const [start, by] = [random.below(vocabulary), 1 + random.below(2)];
    return times(length + 1, (at) => (start + at * by) % vocabulary);
  });
  return dataset("counting", [{ values: texts.flatMap((text) => text.slice(0, length)), shape: [length] }], {
    values: texts.flatMap((text) => text.slice(1)),
    shape: [length],
  });
}

/** Counting by 1 in tokens from 2 up, 0 being padding and 1 the mask: each token can be told from any other. */
export function countingTexts(count: number, length: number, vocabulary: number, seed: number): Dataset {
  const random = new Random(seed);
  const texts = times(count, () => {
    const start = random.below(vocabulary - 2);
    return times(length, (at) => 2 + ((start + at) % (vocabulary - 2)));
  });
  return dataset("counting texts", [{ values: texts.flat(), shape: [length] }], {
    values: texts.map((text) => text[0] as number),
    shape: [],
  });
}

/** Sources of 3 or 4 letters (tokens 3 to 7) and padding; the target is the source backwards, between start (1) and end (2). */
export function backwards(count: number, seed: number): Dataset {
  const random = new Random(seed);
  const padded = (tokens: number[]) => times(5, (at) => tokens[at] ?? 0);
  const pairs = times(count, () => times(3 + random.below(2), () => 3 + random.below(5)));
  return dataset(
    "backwards",
    [
      { values: pairs.flatMap(padded), shape: [5] },
      { values: pairs.flatMap((source) => padded([1, ...[...source].reverse()])), shape: [5] },
    ],
    { values: pairs.flatMap((source) => padded([...[...source].reverse(), 2])), shape: [5] },
  );
}
