// Any English text, spoken: by the same synthesizer as the digits.

import { both, checkArguments, choice, kind, STRING, settings } from "../../arguments";
import { tuple } from "../../indexing";
import type { Sound } from "../../sound/wav";
import { spoken } from "./utterances";

/** A voice of flite's: American men (`kal16`, `rms`), a Scotsman (`awb`), an American woman (`slt`). */
export type Voice = "awb" | "kal16" | "rms" | "slt";

/** The mean pitch of each voice, in hertz. */
const PITCHES: Readonly<Record<Voice, number>> = { awb: 120, kal16: 100, rms: 100, slt: 170 };
export const VOICES: readonly Voice[] = ["awb", "kal16", "rms", "slt"];
const LONGEST = 2000;

/** What {@link say} can be asked for. */
export interface SayOptions {
  /** Who speaks. Default `"slt"`. */
  voice?: Voice;
  /** How many times as long as usual it takes. Default 1. */
  stretch?: number;
  /** The mean pitch in hertz. Default: 120 for `awb`, 170 for `slt`, 100 for the others. */
  pitch?: number;
  /** Where `flite.wasm` is. Default: in `.data`, where `npm start` puts it; what it has spoken is kept beside it. */
  folder?: string;
}

const within = (least: number, most: number, what: string) =>
  kind(`${what}, from ${least} to ${most}`, (value) => typeof value === "number" && value >= least && value <= most);

/**
 * Lets flite, a speech synthesizer of Carnegie Mellon University, speak an English text, on this machine: 16,000 samples a second, in
 * one channel. The voices are synthetic. The first time takes about a second; what was spoken is kept.
 *
 * @throws RangeError when there is nothing to say or too much of it, or an option cannot be; Error when flite is missing, not the original
 * one, or fails.
 *
 * @example
 * ```ts
 * const hello = await say("Hello, whale.", { voice: "rms" })
 * hello.sampleRate // => 16000
 * ```
 */
export async function say(text: string, options: SayOptions = {}): Promise<Sound> {
  const words = kind(
    `a text of 1 to ${LONGEST.toLocaleString("en-GB")} characters, with a letter or a digit in it`,
    (value) => typeof value === "string" && value.length <= LONGEST && /[a-z0-9]/i.test(value) && !value.includes("\0"),
  );
  checkArguments(
    "say",
    { text, options },
    {
      text: both(STRING, words),
      options: settings({
        voice: choice(...VOICES),
        stretch: within(0.2, 5, "a factor"),
        pitch: within(40, 400, "a pitch in hertz"),
        folder: STRING,
      }),
    },
  );
  const { voice = "slt", stretch = 1, pitch = PITCHES[voice], folder } = options;
  const [sound] = tuple(await spoken([{ file: "0.wav", voice, text, stretch, pitch }], folder), 1);
  return sound;
}
