// A photograph from a file of the reader's own, as numbers.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { checkArguments, kind } from "../../arguments";
import { codeOf, messageOf } from "../../error-message";
import { tf } from "../../tfjs/tf";
import { orientationOf } from "./orientation";

const PATH = kind("the path of a picture", (value) => typeof value === "string" && value !== "");
/** More pixels than any camera has, and about as many as there is memory for. */
const MOST_PIXELS = 100_000_000;
/** What a file begins with, a character a byte, where `?` stands for any; of what is neither PNG nor JPEG, the name is shown. */
const FORMS: readonly (readonly [name: string, begins: string])[] = [
  ["PNG", "\x89PNG\r\n\x1a\n"],
  ["JPEG", "\xff\xd8\xff"],
  ["WebP", "RIFF????WEBP"],
  ["HEIC", "????ftyphei"],
  ["HEIC", "????ftypmif1"],
  ["AVIF", "????ftypavi"],
  ["GIF", "GIF8"],
  ["BMP", "BM"],
  ["TIFF", "II*\0"],
  ["TIFF", "MM\0*"],
  ["PDF", "%PDF"],
  ["SVG", "<svg"],
];

/**
 * Loads a photograph, or any picture, from a PNG or JPEG file: of any size, grey or in colour, turned upright as its camera noted.
 * What is transparent is laid on white.
 *
 * @param path of the file; a relative one begins in the notebook's folder.
 * @returns `[height, width, 3]`, values from 0 to 1: what `classifyPhotograph` and `efficientNetInput` take. The caller disposes it.
 * @throws Error when the file is missing, neither PNG nor JPEG, cut, or has more than 100 million pixels; it says what to do.
 *
 * @example
 * ```ts
 * const [puppy] = await samplePhotographs()
 * const photograph = await loadPhotograph(puppy?.path ?? "photos/my-dog.jpg")
 * photograph.shape // => [512, 640, 3]
 * photograph.dispose()
 * ```
 */
export async function loadPhotograph(path: string): Promise<tf.Tensor3D> {
  checkArguments("loadPhotograph", { path }, { path: PATH });
  const file = await fileAt(path);
  const form = formOf(file);
  if (form !== "PNG" && form !== "JPEG")
    throw new Error(
      `${path} is ${form === undefined ? "no picture that is known here" : `a ${form} file`}; a PNG or JPEG file is needed. Open it ` +
        "in a program for pictures, and save or export it as one.",
    );
  checkSize(path, form === "PNG" ? pngSize(file) : jpegSize(file));
  try {
    return tf.tidy(() => (form === "PNG" ? decodedPng(file) : decodedJpeg(file)));
  } catch (cause) {
    throw new Error(
      `${path} begins as a ${form} file, but cannot be read to its end: it is cut or damaged. Copy or save it again.`,
      { cause },
    );
  }
}

function formOf(file: Buffer): string | undefined {
  const begins = (form: string): boolean =>
    [...form].every((character, i) => character === "?" || file[i] === character.charCodeAt(0));
  return FORMS.find(([, form]) => begins(form))?.[0];
}

async function fileAt(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const [code, place] = [codeOf(cause), resolve(path)];
    if (code === "ENOENT")
      throw new Error(`There is no file ${place}. Check its name (JPG is not jpg), and the folder.`, { cause });
    if (code === "EISDIR") throw new Error(`${place} is a folder. Give the path of a picture in it.`, { cause });
    throw new Error(`${place} cannot be read: ${messageOf(cause)}. Give the path of a picture that you may read.`, {
      cause,
    });
  }
}

function checkSize(path: string, size: readonly [width: number, height: number] | undefined): void {
  if (size === undefined || size[0] * size[1] <= MOST_PIXELS) return;
  throw new Error(
    `${path} has ${size[0]} × ${size[1]} pixels; at most ${MOST_PIXELS.toLocaleString("en-GB")} are taken. Make it smaller first.`,
  );
}

/** In the first chunk, after the signature, its length and its name. */
function pngSize(file: Buffer): [number, number] | undefined {
  return file.length < 24 ? undefined : [file.readUInt32BE(16), file.readUInt32BE(20)];
}

/** In the frame's segment (0xc0 to 0xcf, but for three that are something else). */
function jpegSize(file: Buffer): [number, number] | undefined {
  for (let at = 2; at + 9 < file.length && file[at] === 0xff; at += 2 + file.readUInt16BE(at + 2)) {
    const kind = file.readUInt8(at + 1);
    if (kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind))
      return [file.readUInt16BE(at + 7), file.readUInt16BE(at + 5)];
  }
  return undefined;
}

function decodedPng(file: Buffer): tf.Tensor3D {
  const image: tf.Tensor3D = tf.node.decodePng(file, 4).toFloat().div(255); // [height, width, red green blue opaque]
  const [height, width] = image.shape;
  const opaque = image.slice([0, 0, 3], [height, width, 1]);
  return image.slice([0, 0, 0], [height, width, 3]).mul(opaque).add(opaque.neg().add(1));
}

function decodedJpeg(file: Buffer): tf.Tensor3D {
  const { exchanged, mirroredRows, mirroredColumns } = orientationOf(file);
  // Exact, as Pillow does it: the faster way is off by a few steps of 255, enough to change a probability by 0.03.
  const raw: tf.Tensor3D = tf.node.decodeJpeg(file, 3, 1, true, false, 1, "INTEGER_ACCURATE").toFloat().div(255);
  const turned: tf.Tensor3D = exchanged ? raw.transpose([1, 0, 2]) : raw;
  const axes = [mirroredRows ? [0] : [], mirroredColumns ? [1] : []].flat();
  return axes.length === 0 ? turned.clone() : turned.reverse(axes);
}
