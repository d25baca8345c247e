// What tensors, models, trainings and DataFrames look like as the last expression of a cell. Figures and tables carry the method
// themselves (plots/figure/displayable.ts); these belong to other packages, and get it on their prototypes.

import type { DataFrame, Series } from "danfojs-node";
import { at, lastOf } from "./indexing";
import { DISPLAY, escapeHtml, type MimeBundle } from "./notebook";
import { digitsToTellApart, roundToDigits } from "./plots/figure/digits";
import { bundleOf } from "./plots/figure/displayable";
import { LEFT_OUT, type Table, tableHtml, tableText } from "./plots/figure/table";
import { colourRange } from "./plots/images/pictures";
import { summary } from "./plots/models/summary";
import { learningCurves } from "./plots/series/learning-curves";
import { whenDanfoLoads } from "./tables/danfo";
import { tf } from "./tfjs/tf";
import { TrainingHistory } from "./training/history";

/** Rows and columns of a table that are shown; of a longer one, the first and the last half of them. */
const MOST_ROWS = 20;
const MOST_COLUMNS = 20;
const MOST_IMAGES = 10;
/** A matrix with both sides at least so long is drawn as an image. */
const IMAGE_SIDE = 20;
const IMAGE_PIXELS = 160;
const DIGITS = 5;
/** Whole numbers up to 2³¹ have ten digits; with nine, two values of float32 that differ look different. */
const FLOAT_DIGITS = 10;

give(tf.Tensor.prototype, tensorBundle);
give(tf.LayersModel.prototype, (model) => bundleOf(summary(model)));
give(TrainingHistory.prototype, historyBundle);
// What all DataFrames and Series descend from; danfojs makes them of more than one class.
whenDanfoLoads(({ NDframe }) => give(NDframe.prototype, (frame) => frameBundle(frame as DataFrame | Series)));

function give<Value extends object>(
  prototype: Value,
  bundle: (value: Value) => MimeBundle | Promise<MimeBundle>,
): void {
  Object.defineProperty(prototype, DISPLAY, {
    value(this: Value) {
      return bundle(this);
    },
    configurable: true,
    writable: true,
  });
}

/** Learning curves; text where a training ended before its first step. */
function historyBundle(history: TrainingHistory): MimeBundle {
  if (history.steps.loss.length === 0) return titleBundle("a training that was interrupted before its first step");
  return bundleOf(learningCurves(history));
}

/** Shape, type and range, then an image or a table. The tensor is left as it was, and nothing is added to memory. */
async function tensorBundle(tensor: tf.Tensor): Promise<MimeBundle> {
  const kind = `${tensor instanceof tf.Variable ? "variable" : "tensor"} ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  if (tensor.isDisposed) return titleBundle(`${kind}, disposed: its values are no longer in memory`);
  if (tensor.dtype === "complex64") return titleBundle(kind, tensor.toString());
  const values: ArrayLike<number | string> = tensor.dataSync();
  if (tensor.dtype === "string" || values.length === 0) return tableBundle(kind, tensor.shape, values);
  const { low, high, text } = rangeOf(values as ArrayLike<number>);
  const title = `${kind}, ${text}`;
  const form = Number.isFinite(high - low) ? imageForm(tensor.shape) : undefined;
  if (!form || tensor.dtype === "bool") return tableBundle(title, tensor.shape, values);
  return imagesBundle(title, form, values as ArrayLike<number>, low, high);
}

/** The range of the finite values, and how many are none. */
function rangeOf(values: ArrayLike<number>): { low: number; high: number; text: string } {
  let [low, high, nan, infinite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  const ends = Number.isFinite(low) ? distinctNumberTexts([low, high]) : [];
  const range =
    low > high ? "no finite value" : low === high ? `all ${roundToDigits(low)}` : `${ends[0]} to ${ends[1]}`;
  return {
    low,
    high,
    text: [range, nan > 0 && `${nan} NaN`, infinite > 0 && `${infinite} infinite`].filter(Boolean).join(", "),
  };
}

interface ImageForm {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
}

/** `[height, width]`, `[height, width, channels]` or `[images, height, width, channels]`. */
function imageForm(shape: readonly number[]): ImageForm | undefined {
  const [height = 0, width = 0, channels] = shape.slice(shape.length === 4 ? 1 : 0);
  const drawable =
    shape.length === 2 || ((shape.length === 3 || shape.length === 4) && [1, 3, 4].includes(channels ?? 0));
  if (!drawable || Math.min(height, width) < (shape.length === 2 ? IMAGE_SIDE : 2)) return undefined;
  return {
    count: shape.length === 4 ? at(shape, 0) : 1,
    height,
    width,
    channels: (channels ?? 1) as 1 | 3 | 4,
  };
}

/** Pictures: grey ones as everywhere here, from white for the lowest value to black for the highest. */
async function imagesBundle(
  title: string,
  form: ImageForm,
  values: ArrayLike<number>,
  low: number,
  high: number,
): Promise<MimeBundle> {
  const { count, height, width, channels } = form;
  const [black, white] = channels === 1 ? [high, low] : colourRange([low, high]);
  const size = height * width * channels;
  const scale = Math.max(1, Math.round(IMAGE_PIXELS / Math.max(height, width)));
  const images: string[] = [];
  for (let number = 0; number < Math.min(count, MOST_IMAGES); number++) {
    const bytes = Uint8Array.from({ length: size }, (_, i) => {
      const share = ((values[number * size + i] as number) - black) / (white - black || 1);
      return Math.round(255 * Math.min(1, Math.max(0, share)));
    });
    const png = await encodePng(bytes, [height, width, channels]);
    images.push(
      `<img src="data:image/png;base64,${Buffer.from(png).toString("base64")}" width="${width * scale}" ` +
        `height="${height * scale}" style="image-rendering: pixelated; margin: 2px" alt="${escapeHtml(title)}">`,
    );
  }
  const more = count > MOST_IMAGES ? `, the first ${MOST_IMAGES} of ${count}` : "";
  const key = channels === 1 ? `, drawn from ${distinctNumberTexts([low, high]).join(" (white) to ")} (black)` : "";
  const heading = title + key + more;
  return { "text/html": `<div>${escapeHtml(heading)}</div><div>${images.join("")}</div>`, "text/plain": heading };
}

async function encodePng(bytes: Uint8Array, shape: [number, number, number]): Promise<Uint8Array> {
  const pixels = tf.tensor3d(bytes, shape, "int32");
  try {
    return await tf.node.encodePng(pixels);
  } finally {
    pixels.dispose();
  }
}

/** The last two axes as rows and columns; of the axes before them the first place. */
function tableBundle(title: string, shape: readonly number[], values: ArrayLike<number | string>): MimeBundle {
  const [rows, columns] = shape.length === 0 ? [1, 1] : [shape.at(-2) ?? 1, lastOf(shape)];
  if (values.length === 0) return titleBundle(`${title}, empty`);
  const places = placesToShow(columns, MOST_COLUMNS);
  const part =
    shape.length > 2
      ? `, of it [${shape
          .slice(0, -2)
          .map(() => 0)
          .join(", ")}]`
      : "";
  const table: Table = {
    title: title + part,
    digits: DIGITS,
    mostDigits: FLOAT_DIGITS,
    columns: ["", ...places.map(placeText)],
    rows: placesToShow(rows, MOST_ROWS).map((row) => [
      shape.length < 2 ? "" : placeText(row),
      ...places.map((column) =>
        row === undefined || column === undefined ? LEFT_OUT : cell(values[row * columns + column]),
      ),
    ]),
  };
  return { "text/html": tableHtml(table), "text/plain": tableText(table) };
}

/** A DataFrame or a Series, with its index; of a long or wide one, both ends. */
function frameBundle(frame: DataFrame | Series): MimeBundle {
  const columns = frame.columns as string[];
  const values = frame.values as readonly unknown[];
  const rowOf = (row: number): readonly unknown[] =>
    Array.isArray(values[row]) ? (values[row] as unknown[]) : [values[row]];
  const places = placesToShow(columns.length, MOST_COLUMNS);
  const size = `${values.length.toLocaleString("en")} rows × ${columns.length} columns`;
  const cut = [cutText(values.length, MOST_ROWS, "rows"), cutText(columns.length, MOST_COLUMNS, "columns")];
  const table: Table = {
    title: [size, ...cut].filter((part) => part !== "").join("; "),
    digits: DIGITS + 2,
    columns: ["", ...places.map((place) => (place === undefined ? LEFT_OUT : String(columns[place])))],
    rows: placesToShow(values.length, MOST_ROWS).map((row) => [
      row === undefined ? LEFT_OUT : String(frame.index[row]),
      ...places.map((place) => (row === undefined || place === undefined ? LEFT_OUT : cell(rowOf(row)[place]))),
    ]),
  };
  return { "text/html": tableHtml(table), "text/plain": tableText(table) };
}

/** Says what of a long table is not shown. */
function cutText(count: number, most: number, what: string): string {
  return count <= most ? "" : `shown are the first and the last ${most / 2} ${what}`;
}

/** All places, or the first and the last with a gap (`undefined`) between. */
function placesToShow(count: number, most: number): (number | undefined)[] {
  const all = Array.from({ length: count }, (_, place) => place);
  return count <= most ? all : [...all.slice(0, most / 2), undefined, ...all.slice(-most / 2)];
}

function placeText(place: number | undefined): string {
  return place === undefined ? LEFT_OUT : String(place);
}

function cell(value: unknown): string | number {
  return typeof value === "number" || typeof value === "string" ? value : value == null ? "" : String(value);
}

/** Numbers with as many digits as part them. */
function distinctNumberTexts(values: readonly number[]): string[] {
  const digits = digitsToTellApart(values, DIGITS, FLOAT_DIGITS);
  return values.map((value) => String(roundToDigits(value, digits)));
}

function titleBundle(title: string, text = ""): MimeBundle {
  const lines = text === "" ? title : `${title}\n${text}`;
  return { "text/html": `<pre>${escapeHtml(lines)}</pre>`, "text/plain": lines };
}
