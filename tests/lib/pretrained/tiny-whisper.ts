// A tiny Whisper by chance out of a file of CTranslate2 (golden/make_whisper.py).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCTranslate2File } from "cellwise/dist/models/pretrained/ctranslate2-file";
import { Whisper } from "cellwise/dist/models/pretrained/whisper";
import { readWhisperTokens } from "cellwise/dist/models/pretrained/whisper-tokens";
import { whisperOf } from "cellwise/dist/models/pretrained/whisper-weights";

export const TINY_WHISPER = join(__dirname, "../../../golden/fixtures/whisper-tiny");

export function tinyWhisper(): Whisper {
  const text = (name: string): string => readFileSync(join(TINY_WHISPER, name), "utf8");
  const weights = readCTranslate2File(readFileSync(join(TINY_WHISPER, "model.bin")));
  return new Whisper(whisperOf(weights), readWhisperTokens(text("tokenizer.json"), text("config.json")));
}
