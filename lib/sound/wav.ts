// Sound in WAV files: whole numbers of 8 to 32 bits or floating-point numbers, as many channels as there are, sample after sample;
// written with 16 bits. Follows Microsoft's and IBM's
// "Multimedia Programming Interface and Data Specifications 1.0" (1991), chapter 3: chunks in a RIFF file.

import { readFile, writeFile } from "node:fs/promises";
import { checkArguments, countFrom, fields, kind, list, STRING, valueText } from "../arguments";
import { codeOf, messageOf } from "../error-message";
import { at } from "../indexing";

/** A sound: the pressure of the air, measured many times a second. */
export interface Sound {
  /** How many samples there are in a second. */
  readonly sampleRate: number;
  /** The samples of each channel, from −1 to 1: one channel of mono, two of stereo. */
  readonly channels: readonly Float32Array[];
}

/** A sound, as functions check it. */
export const SOUND = fields({
  sampleRate: countFrom(1, 768_000),
  channels: list(
    "the samples of each channel",
    kind("a Float32Array of samples", (value) => value instanceof Float32Array),
  ),
});

/** How samples are written: by the number of their coding and their bits, what the file says of them, and how one is read. */
type SampleReader = (data: Buffer, place: number) => number;
const PCM = 1;
const FLOAT = 3;
const READERS: Readonly<Record<string, SampleReader>> = {
  [`${PCM} 8`]: (data, place) => data.readUInt8(place) / 2 ** 7 - 1, // the only ones without a sign
  [`${PCM} 16`]: (data, place) => data.readInt16LE(place) / 2 ** 15,
  [`${PCM} 24`]: (data, place) => data.readIntLE(place, 3) / 2 ** 23,
  [`${PCM} 32`]: (data, place) => data.readInt32LE(place) / 2 ** 31,
  [`${FLOAT} 32`]: (data, place) => data.readFloatLE(place),
  [`${FLOAT} 64`]: (data, place) => data.readDoubleLE(place),
};
/** The format says more behind it; its number then begins there. */
const EXTENSIBLE = 0xfffe;
const HEADER_BYTES = 44;
/** What is 1 as a sample. */
const FULL_SCALE = 2 ** 15;

/**
 * Reads a WAV file: samples of 8, 16, 24 or 32 bits, or floating-point numbers, which may go beyond −1 and 1; any sampling rate, any
 * number of channels.
 *
 * @throws Error when it cannot be read, or is no such file; it says what it is, and what to do.
 *
 * @example
 * ```ts
 * await writeWav("click.wav", { sampleRate: 8000, channels: [Float32Array.of(0, 0.5, 0)] })
 * const click = await readWav("click.wav")
 * click.channels[0] // => [0, 0.5, 0]
 * ```
 */
export async function readWav(path: string): Promise<Sound> {
  checkArguments("readWav", { path }, { path: STRING });
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const what = codeOf(cause) === "ENOENT" ? "is not there" : `cannot be read (${messageOf(cause)})`;
    throw new Error(`readWav: ${JSON.stringify(path)} ${what}. Give the path of a WAV file.`, { cause });
  }
  return decodeWav(bytes, `readWav: ${JSON.stringify(path)}`);
}

/**
 * Writes a sound into a WAV file. What is above 1 or below −1 is cut off there.
 *
 * @throws RangeError when it is no sound; Error when the file cannot be written.
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 8000))
 * await writeWav("tone.wav", { sampleRate: 8000, channels: [tone] })
 * ```
 */
export async function writeWav(path: string, sound: Sound): Promise<void> {
  checkArguments("writeWav", { path, sound }, { path: STRING, sound: SOUND });
  const bytes = encodeWav(sound);
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw new Error(
      `writeWav: ${JSON.stringify(path)} cannot be written (${messageOf(cause)}). Give the path of a file in a folder that is there.`,
      { cause },
    );
  }
}

/** @param what the bytes are, as the beginning of a sentence */
export function decodeWav(bytes: Buffer, what: string): Sound {
  const text = (start: number): string => bytes.toString("latin1", start, start + 4);
  if (bytes.length < 12 || text(0) !== "RIFF" || text(8) !== "WAVE")
    throw new RangeError(
      `${what} is no WAV file: it begins with ${valueText(bytes.toString("latin1", 0, 12))}, where "RIFF", a length and "WAVE" are ` +
        "expected. Save the sound as WAV, of 16 bits a sample.",
    );
  const chunks = new Map<string, Buffer>();
  for (let start = 12; start + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(start + 4);
    const end = start + 8 + length;
    if (end > bytes.length)
      throw new RangeError(
        `${what} is cut: its part ${valueText(text(start))} must have ${length} bytes, and ${bytes.length - start - 8} are there. ` +
          "Copy the file again.",
      );
    if (!chunks.has(text(start))) chunks.set(text(start), bytes.subarray(start + 8, end));
    start = end + (length % 2); // parts begin at even places
  }
  const [format, data] = [chunks.get("fmt "), chunks.get("data")];
  if (!format || format.length < 16 || !data)
    throw new RangeError(`${what} is damaged: it has no ${format ? "samples" : "format"}. Copy the file again.`);
  const extended = format.readUInt16LE(0) === EXTENSIBLE && format.length >= 26;
  const coding = format.readUInt16LE(extended ? 24 : 0);
  const [count, sampleRate, bits] = [format.readUInt16LE(2), format.readUInt32LE(4), format.readUInt16LE(14)];
  const read = READERS[`${coding} ${bits}`];
  if (!read || count === 0 || sampleRate === 0)
    throw new RangeError(
      `${what} has samples of coding ${coding} and ${bits} bits, in ${count} channels, ${sampleRate} a second; coding ${PCM} (PCM) of ` +
        `8, 16, 24 or 32 bits and coding ${FLOAT} (floating point) of 32 or 64 are read. Save the sound as WAV, of 16 bits a sample.`,
    );
  const size = bits / 8;
  const length = Math.floor(data.length / (size * count));
  const channels = Array.from({ length: count }, (_, channel) =>
    Float32Array.from({ length }, (_, i) => read(data, size * (i * count + channel))),
  );
  return { sampleRate, channels };
}

/** A sound as the bytes of a WAV file. */
export function encodeWav({ sampleRate, channels }: Sound): Buffer {
  const count = channels.length;
  const lengths = channels.map(({ length }) => length);
  const [length = 0] = lengths;
  if (count === 0 || count > 2 ** 15 || lengths.some((each) => each !== length))
    throw new RangeError(
      `A sound has ${count} channels of ${lengths.slice(0, 4).join(", ") || "no"} samples; it needs at least one, all of one length.`,
    );
  const bytes = Buffer.alloc(HEADER_BYTES + 2 * length * count);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(PCM, 20);
  bytes.writeUInt16LE(count, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * 2 * count, 28);
  bytes.writeUInt16LE(2 * count, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(2 * length * count, 40);
  for (const [channel, samples] of channels.entries()) {
    for (const [i, sample] of samples.entries()) {
      const whole = Math.min(FULL_SCALE - 1, Math.max(-FULL_SCALE, Math.round(sample * FULL_SCALE)));
      bytes.writeInt16LE(Number.isNaN(whole) ? 0 : whole, HEADER_BYTES + 2 * (i * count + channel));
    }
  }
  return bytes;
}

/** The mean of all channels. */
export function monoOf({ channels }: Sound): Float32Array {
  const [first] = channels;
  if (!first) throw new RangeError("The sound has no channel; it needs at least one.");
  if (channels.length === 1) return first;
  return first.map((_, i) => channels.reduce((sum, samples) => sum + at(samples, i), 0) / channels.length);
}
