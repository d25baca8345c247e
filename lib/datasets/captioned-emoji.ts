// Pictures with captions: the people and hands among Google's Noto emoji (`loadEmoji`: Apache License 2.0), each called what Unicode's
// CLDR calls it in English (`cldr-names`: Unicode License v3).
import { checkArguments, STRING, settings, WHOLE } from "../arguments";
import { type Column, Dataset } from "../data/dataset";
import { at } from "../indexing";
import { Vocabulary } from "../text/vocabulary";
import { wordsOf } from "../text/words";
import { cldrFolders, cldrNames } from "./cldr-names";
import { COLOUR, type EmojiEntry, loadEmoji } from "./emoji";
import { holdOut } from "./hold-out";

/** The captions of the two parts. */
export interface CaptionParts {
  /** Those to learn from. */
  readonly train: readonly string[];
  /** Those to be tested on. */
  readonly test: readonly string[];
}

/** Pictures of people and hands, and what they are called. */
export interface CaptionedEmoji {
  /**
   * 1,891 pictures to learn from. Two inputs: the pictures `[32, 32, 3]`, and for each word of `words` 1 where it is in the caption, else
   * 0. No targets.
   */
  readonly train: Dataset;
  /** 100 others, in a skin tone, with captions that are put together of words of the training. */
  readonly test: Dataset;
  /** The captions of both, in the same order: words with a space between. */
  readonly captions: CaptionParts;
  /** The words of the captions and their numbers. */
  readonly words: Vocabulary;
}

/** What {@link loadCaptionedEmoji} can be asked for. */
export interface CaptionedEmojiOptions {
  /** The colour behind the pictures: red, green and blue from 0 to 1. Default white. */
  background?: readonly [red: number, green: number, blue: number];
  /** The same seed parts them in the same way. Default 1. */
  seed?: number;
  /** Where `32.png` and `emoji.json` are. Default: in `.data`, where `npm start` puts them. */
  folder?: string;
  /** Where `en.json` is, with the names of characters. Default: in `.data`, where `npm start` puts it. */
  namesFolder?: string;
  /** Where that is which holds names of what is put together of characters. Default: in `.data`, where `npm start` puts it. */
  derivedFolder?: string;
}

const SIZE = 32;
const PIXELS = SIZE * SIZE * 3;
const TEST_SIZE = 100;
/** A word of the test is in so many captions of the training at least. */
const LEAST_USES = 3;

/** A picture before it is in a data set. */
interface Captioned {
  readonly entry: EmojiEntry;
  readonly pixels: Column["values"];
  readonly words: readonly string[];
}

/**
 * Loads 1,991 pictures of people and hands with their English captions, as "woman running dark skin tone": 32 × 32 pixels in colour,
 * values from 0 to 1. People of two different skin tones are left out, since a caption's words are taken without their order; so are
 * pictures that are there twice. Of the 100 captions of the test each word is in at least three of the training; there may be
 * the same person in other tones, but this combination is new.
 *
 * Source: Google's Noto emoji and Unicode CLDR 48.2.0, in the npm packages `emoji-datasource-google`, `cldr-annotations-full` and
 * `cldr-annotations-derived-full`. Licences: Apache License 2.0 (pictures), Unicode License v3 (names).
 *
 * @throws Error when a file is missing, cut, or not the original one; it says which, and what to do.
 *
 * @example
 * ```ts
 * const { train, captions, words } = await loadCaptionedEmoji()
 * train.size // => 1891
 * train.example(0).shape // => [32, 32, 3]
 * train.example(0, 1).shape[0] === words.size // => true
 * captions.test.slice(0, 5)
 * ```
 */
export async function loadCaptionedEmoji(options: CaptionedEmojiOptions = {}): Promise<CaptionedEmoji> {
  checkArguments("loadCaptionedEmoji", { options }, { options: OPTIONS });
  const { background = [1, 1, 1], seed = 1, folder, namesFolder, derivedFolder } = options;
  const names = await cldrNames("en", cldrFolders(namesFolder, derivedFolder));
  const emoji = await loadEmoji({ size: SIZE, skinTones: true, background, ...(folder !== undefined && { folder }) });
  const all = [
    ...captioned(emoji.train, emoji.entries.train, names),
    ...captioned(emoji.test, emoji.entries.test, names),
  ];
  const { train, test } = holdOut(different(all), {
    wordsOf: (one) => [...new Set(one.words)],
    ...{ size: TEST_SIZE, leastUses: LEAST_USES, seed },
    mayBeHeldOut: ({ entry }) => entry.skinTones.length > 0,
  });
  const words = new Vocabulary([...train, ...test].flatMap((one) => one.words));
  const dataset = (name: string, part: readonly Captioned[]): Dataset =>
    new Dataset({ name, inputs: [picturesOf(part), wordsIn(part, words)], targets: [] });
  const captionsOf = (part: readonly Captioned[]): string[] => part.map((one) => one.words.join(" "));
  return {
    train: dataset("captioned emoji training set", train),
    test: dataset("captioned emoji test set", test),
    captions: { train: captionsOf(train), test: captionsOf(test) },
    words,
  };
}

const OPTIONS = settings({
  background: COLOUR,
  seed: WHOLE,
  folder: STRING,
  namesFolder: STRING,
  derivedFolder: STRING,
});

/** People and hands, in one skin tone at most. */
function captioned(
  part: Dataset,
  entries: readonly EmojiEntry[],
  names: ReadonlyMap<string, string>,
): readonly Captioned[] {
  const { values } = at(part.inputs, 0);
  return entries.flatMap((entry, place) => {
    // CLDR's keys are without the mark that asks for a picture in place of a letter.
    const name = names.get(entry.emoji) ?? names.get(entry.emoji.replaceAll("\uFE0F", ""));
    if (entry.category !== "People & Body" || new Set(entry.skinTones).size > 1 || name === undefined) return [];
    const words = wordsOf(name.toLowerCase()).filter((word) => /\p{L}/u.test(word));
    return [{ entry, words, pixels: values.subarray(place * PIXELS, (place + 1) * PIXELS) }];
  });
}

/** Of pictures that are the same, the first. */
function different(all: readonly Captioned[]): Captioned[] {
  const pictures = new Map<string, Captioned>();
  for (const one of all) {
    const key = Buffer.from(one.pixels).toString("latin1");
    if (!pictures.has(key)) pictures.set(key, one);
  }
  return [...pictures.values()];
}

function picturesOf(part: readonly Captioned[]): Column {
  const values = new Uint8Array(part.length * PIXELS);
  for (const [place, { pixels }] of part.entries()) values.set(pixels, place * PIXELS);
  return { values, shape: [SIZE, SIZE, 3], dtype: "float32", scale: 1 / 255 };
}

function wordsIn(part: readonly Captioned[], words: Vocabulary): Column {
  const values = new Uint8Array(part.length * words.size);
  for (const [place, one] of part.entries())
    for (const number of words.encode([...one.words])) values[place * words.size + number] = 1;
  return { values, shape: [words.size], dtype: "float32" };
}
