// A program of its own, which speaks texts into WAV files: flite (Black and Lenzo 2001), compiled to WebAssembly. Not in the process
// of the notebook, which it would stop for as long as it speaks. It is started with the path of flite.wasm, the folder of the WAV
// files, and a list of utterances on its input.

import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { WASI } from "node:wasi";
import { tuple } from "../../indexing";

/** TypeScript knows it of browsers only. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<object>;
};

/** What is said, and how. */
export interface Utterance {
  /** The name of the WAV file. */
  readonly file: string;
  readonly voice: string;
  readonly text: string;
  /** How many times as long as usual. */
  readonly stretch: number;
  /** The mean pitch in hertz. */
  readonly pitch: number;
}

async function speakAll(): Promise<void> {
  const [wasm, folder] = tuple(process.argv.slice(2), 2);
  const flite = await WebAssembly.compile(await readFile(wasm));
  const utterances: Utterance[] = JSON.parse(await text(process.stdin));
  for (const { file, voice, text, stretch, pitch } of utterances) {
    const settings = ["--setf", `duration_stretch=${stretch}`, "--setf", `int_f0_target_mean=${pitch}`];
    const args = ["flite", "-voice", voice, ...settings, "-t", text, "-o", `/out/${file}`];
    const wasi = new WASI({ version: "preview1", args, preopens: { "/out": folder }, returnOnExit: true });
    const code = wasi.start(await WebAssembly.instantiate(flite, { wasi_snapshot_preview1: wasi.wasiImport }));
    if (code !== 0) throw new Error(`flite ended with ${code} for ${JSON.stringify(text)}`);
  }
}

void speakAll();
