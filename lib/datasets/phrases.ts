// Short phrases in English, German and French: what Unicode's CLDR 48.2.0 calls characters and emoji, the same in each language,
// written by its contributors. The npm packages `cldr-annotations-full` (characters) and `cldr-annotations-derived-full` (what is put together
// of several: skin tones, flags) 48.2.0 carry them, 3.7 MB in these languages. Licence: Unicode License v3, copyright Unicode, Inc.
import { checkArguments, choice, FLAG, STRING, settings, WHOLE } from "../arguments";
import type { Dataset } from "../data/dataset";
import { sequencePairs } from "../data/sequences";
import { Vocabulary } from "../text/vocabulary";
import { wordsOf } from "../text/words";
import { cldrFolders, cldrNames } from "./cldr-names";
import { holdOut } from "./hold-out";

/** A phrase and its translation: words and punctuation, one space between. */
export interface Phrase {
  /** In English: `"woman running : dark skin tone"`. */
  readonly source: string;
  /** In the other language: `"laufende Frau : dunkle Hautfarbe"`. */
  readonly target: string;
}

/** The phrases of the two parts. */
export interface PhraseParts {
  /** Those to learn from. */
  readonly train: readonly Phrase[];
  /** Those to be tested on. */
  readonly test: readonly Phrase[];
}

/** Phrases to learn to translate, and others to be tested on. */
export interface Phrases {
  /** 3,942 phrases as numbers, in the form of {@link sequencePairs}: `<pad>` is 0, `<start>` and `<end>` frame the targets. */
  readonly train: Dataset;
  /** 400 others, of the same lengths. */
  readonly test: Dataset;
  /** The phrases of both as texts, in the same order. */
  readonly pairs: PhraseParts;
  /** The English words and their numbers; special is `<pad>`. */
  readonly sourceWords: Vocabulary;
  /** The words of the other language; special are `<pad>`, `<start>` and `<end>`. */
  readonly targetWords: Vocabulary;
}

/** What {@link loadPhrases} can be asked for. */
export interface PhrasesOptions {
  /** Into which language: German or French. Default `de`. */
  language?: "de" | "fr";
  /** Whether models read the English words from the last to the first, as Sutskever et al. 2014 have it. Default false. */
  reversed?: boolean;
  /** The same seed parts them in the same way. Default 1. */
  seed?: number;
  /** Where `en.json` and that of the language are, with the names of characters. Default: in `.data`, where `npm start` puts them. */
  folder?: string;
  /** Where those are that hold names of what is put together of characters. Default: in `.data`, where `npm start` puts them. */
  derivedFolder?: string;
}

const TEST_SIZE = 400;

/**
 * Loads short phrases in English with their German or French translations: 4,342 names of characters and emoji, from "whale" to
 * "woman running : dark skin tone". A phrase is in one part only. Those of the test are new, but put together of words that the training
 * has too, in both languages: no model could know others. So seven of ten of them are persons or hands in a skin tone, of which other tones
 * may be in the training; names of one word of their own, as of most animals and things, all are in it.
 *
 * Source: Unicode CLDR 48.2.0, in the npm packages `cldr-annotations-full` and `cldr-annotations-derived-full`, 3.7 MB of them. Licence:
 * Unicode License v3.
 *
 * @throws Error when a file is missing, cut, or not the original one; it says which, and what to do.
 * @see Sutskever et al. 2014, section 3.3, on reading the source in reverse
 *
 * @example
 * ```ts
 * const { train, test, pairs, targetWords } = await loadPhrases({ language: "fr" })
 * test.size // => 400
 * pairs.train.find(({ source }) => source === "whale")?.target // => "baleine"
 * targetWords.decode(train.positionLabels().subarray(0, 3))
 * ```
 */
export async function loadPhrases(options: PhrasesOptions = {}): Promise<Phrases> {
  checkArguments(
    "loadPhrases",
    { options },
    {
      options: settings({
        language: choice("de", "fr"),
        reversed: FLAG,
        seed: WHOLE,
        folder: STRING,
        derivedFolder: STRING,
      }),
    },
  );
  const { language = "de", reversed = false, seed = 1 } = options;
  const folders = cldrFolders(options.folder, options.derivedFolder);
  const phrases = aligned(await cldrNames("en", folders), await cldrNames(language, folders));
  const pairs = holdOut(phrases, { wordsOf: marked, size: TEST_SIZE, leastUses: 1, seed });

  const all = [...pairs.train, ...pairs.test];
  const sourceWords = new Vocabulary(
    all.flatMap(({ source }) => wordsOf(source)),
    ["<pad>"],
  );
  const targetWords = new Vocabulary(
    all.flatMap(({ target }) => wordsOf(target)),
    ["<pad>", "<start>", "<end>"],
  );
  const read = (source: string): string[] => (reversed ? wordsOf(source).reverse() : wordsOf(source));
  const dataset = sequencePairs(
    all.map(({ source }) => sourceWords.encode(read(source))),
    all.map(({ target }) => targetWords.encode(wordsOf(target))),
    { start: targetWords.special("<start>"), end: targetWords.special("<end>") },
    { name: `phrases from English to ${language === "de" ? "German" : "French"}` },
  );
  const places = Array.from(all, (_, place) => place);
  return {
    train: dataset.subset(places.slice(0, pairs.train.length)),
    test: dataset.subset(places.slice(pairs.train.length)),
    ...{ pairs, sourceWords, targetWords },
  };
}

/** What has a name in both languages; of phrases that are the same in English the first. */
function aligned(sources: ReadonlyMap<string, string>, targets: ReadonlyMap<string, string>): Phrase[] {
  const phrases = new Map<string, Phrase>();
  for (const [key, source] of sources) {
    const target = targets.get(key);
    if (target !== undefined && !phrases.has(source)) phrases.set(source, { source, target });
  }
  return [...phrases.values()];
}

/** The words of a phrase, each once, marked by their language. */
function marked({ source, target }: Phrase): string[] {
  return [
    ...new Set([
      ...wordsOf(source).map((word) => `source ${word}`),
      ...wordsOf(target).map((word) => `target ${word}`),
    ]),
  ];
}
