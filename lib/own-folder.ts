// The folders that the library writes and removes: all of it goes through here. Nothing is touched that the library did not
// make itself. A folder of ours holds a mark; what holds anything else, or is a place that others depend on, is refused.

import {
  type BigIntStats,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";
import { messageOf } from "./error-message";

/** A kind of folder that is written: one file beside the mark. */
export interface FolderKind {
  /** In words: "a SavedModel". */
  readonly what: string;
  /** The name of its file. */
  readonly file: string;
}

/** The file that says that a folder is ours. */
const MARK = "written-by-cellwise.txt";
/** Of a longer path the beginning is shown. */
const LONGEST_SHOWN = 120;
const MARK_TEXT = "Cellwise has written this folder, and replaces it when it is asked to. Put nothing else in here.\n";

/**
 * Refuses every place where a folder of this kind must not be written.
 *
 * @returns the absolute path
 * @throws Error, without a change, unless there is nothing yet, an empty folder, or a folder of ours that nobody added to
 */
export function refuseForeignFolder(folder: unknown, kind: FolderKind): string {
  const place = pathOf(folder, kind.what);
  return explainWriteErrors(place, kind, () => refuseForeign(place, kind));
}

function refuseForeign(place: string, { what, file }: FolderKind): string {
  const refuse = (why: string, remedy: string): never => {
    throw new Error(`${place} ${why}: ${what} is not written there. ${remedy}`);
  };
  const parent = nearestParent(place);
  if (!statSync(parent).isDirectory()) refuse(`lies below ${parent}, which is a file`, "Give another path.");
  const there = lstatSync(place, { throwIfNoEntry: false });
  if (there === undefined) return place;
  if (there.isSymbolicLink()) refuse("is a symbolic link", "Give the path of the folder itself, new or empty.");
  if (!there.isDirectory())
    throw new Error(`${place} is a file; ${what} is a folder. Give the path of a folder, or remove the file first.`);
  const inside = `Give the path of a folder inside it, such as ${join(place, "model")}.`;
  if (holds(place, process.cwd())) refuse("is the working folder, or holds it", inside);
  if (homes().some((home) => holds(place, home))) refuse("is a home folder, or holds one", inside);
  if (isMountPoint(place)) refuse("is where another disk or folder is mounted", inside);
  const entries = readdirSync(place);
  if (entries.length === 0) return place;
  const other = entries.find((name) => !isOurs(join(place, name), file));
  if (other === undefined && entries.includes(MARK)) return place;
  throw new Error(
    `${place} holds ${other ?? file}, which was not written by Cellwise: it is not replaced. Give a folder that is new or empty.`,
  );
}

/** Writes a folder of one file, in place of an earlier one of ours, whole or not at all. */
export function writeOwnFolder(folder: unknown, kind: FolderKind, content: Uint8Array): void {
  const place = refuseForeignFolder(folder, kind);
  explainWriteErrors(place, kind, () => write(place, kind, content));
}

function write(place: string, kind: FolderKind, content: Uint8Array): void {
  const above = existsSync(place) ? place : nearestParent(place);
  const mark = join(place, MARK);
  const fresh = join(place, partialFile(kind.file));
  const marks = !existsSync(mark);
  try {
    makeFolders(place);
    if (marks) writeFileSync(mark, MARK_TEXT);
    writeFileSync(fresh, content);
    renameSync(fresh, join(place, kind.file));
  } catch (error) {
    const made = existsSync(place);
    if (made) rmSync(fresh, { force: true });
    if (made && marks) rmSync(mark, { force: true });
    removeEmpty(made ? place : nearestParent(place), above);
    throw error;
  }
}

/** Removes a folder that was written by `writeOwnFolder`, and nothing where there is none. */
export function removeOwnFolder(folder: unknown, kind: FolderKind): void {
  const place = refuseForeignFolder(folder, kind);
  if (existsSync(place)) explainWriteErrors(place, kind, () => rmSync(place, { recursive: true }));
}

/** A new folder for files that are needed for a moment; `remove` takes it away with what is in it. */
export function temporaryFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function pathOf(folder: unknown, what: string): string {
  const given = typeof folder === "string" ? JSON.stringify(folder) : String(folder);
  const expected = `Give the path of a folder for ${what}, such as "models/digits".`;
  if (typeof folder !== "string" || folder.trim() === "") throw new Error(`The folder is ${given}. ${expected}`);
  if (folder.includes("\0")) throw new Error(`The folder ${given} has a character of code 0 in it. ${expected}`);
  if (/^[a-z]+:\/\//.test(folder)) throw new Error(`The folder ${given} is a URL. ${expected}`);
  if (folder.startsWith("~"))
    throw new Error(
      `The folder ${given} begins with ~, which only a shell takes for a home: here it would be a folder of that name. Write ` +
        `the home itself, ${JSON.stringify(join(homedir(), "models"))}, or "./${folder}" for that name.`,
    );
  if (sep === "/" && (folder.includes("\\") || /^[a-z]:/i.test(folder)))
    throw new Error(
      `The folder ${given} is written as on Windows: here it would be one name. Write it with / between the folders, such as ` +
        '"models/digits" (the disk C: is "/mnt/c" in WSL).',
    );
  return resolve(folder);
}

/** What the codes of the system's errors mean to whoever gave the path. */
const REASONS: Readonly<Record<string, string>> = {
  ENAMETOOLONG: "a name in it, or all of it, is longer than the file system takes. Give a shorter one",
  EACCES: "this account may not read or write there. Give a path in a folder of yours",
  EPERM: "this account may not read or write there. Give a path in a folder of yours",
  EROFS: "the disk is read-only. Give a path on another one",
  ENOSPC: "the disk is full. Make room on it, or give a path on another one",
  EDQUOT: "the disk's share of this account is full. Make room on it, or give a path on another one",
  ELOOP: "symbolic links lead in a circle there. Give the path of the folder itself",
  ENOENT: "no folder can be made there. Give a path in a folder of yours",
  ENOTDIR: "a part of the path is a file. Give another path",
};

/** Runs what reads and writes files; the system's errors have neither a reason nor a remedy in them. */
function explainWriteErrors<Result>(place: string, { what }: FolderKind, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    const path = place.length > LONGEST_SHOWN ? `${place.slice(0, LONGEST_SHOWN)}… (${place.length} letters)` : place;
    const reason = REASONS[code ?? ""] ?? `${messageOf(error)}. Give another path`;
    throw new Error(`${what.charAt(0).toUpperCase()}${what.slice(1)} could not be written to ${path}: ${reason}.`, {
      cause: error,
    });
  }
}

/** The mark, the file, or what was left of a writing that was killed. */
function isOurs(path: string, file: string): boolean {
  if (!lstatSync(path).isFile()) return false;
  const name = basename(path);
  if (name === MARK) return readFileSync(path, "utf8") === MARK_TEXT;
  return name === file || name === partialFile(file);
}

/** What a file is called while it is written. */
const partialFile = (file: string): string => `${file}.half`;

function nearestParent(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) ? parent : nearestParent(parent);
}

/** Whether a folder is another one or lies above it, by whatever name: files are the same by their numbers. */
function holds(folder: string, other: string): boolean {
  const same = (a: BigIntStats, b: BigIntStats): boolean => a.dev === b.dev && a.ino === b.ino;
  const seen = statSync(folder, { bigint: true });
  if (!existsSync(other)) return false;
  for (let each = realpathSync(other); ; each = dirname(each)) {
    if (same(seen, statSync(each, { bigint: true }))) return true;
    if (each === dirname(each)) return false;
  }
}

const homes = (): string[] => [homedir(), process.env.HOME ?? ""].filter((home) => home !== "");

function isMountPoint(folder: string): boolean {
  if (statSync(folder).dev !== statSync(dirname(folder)).dev) return true;
  return mountPoints().includes(realpathSync(folder));
}

/** Linux tells of mounts within one file system too, which have no other number than their surroundings. */
function mountPoints(): string[] {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .map((line) =>
        (line.split(" ")[4] ?? "").replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8))),
      );
  } catch {
    return [];
  }
}

/** One by one: asked for all of them at once, Node tries for ever where the system lets nobody make any, as in `/proc`. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  mkdirSync(path);
}

/** Removes the folders that were made for a writing that failed, as long as they are empty. */
function removeEmpty(last: string, above: string): void {
  try {
    for (let each = last; each.length > above.length; each = dirname(each)) rmdirSync(each);
  } catch {
    // Somebody else has put something there.
  }
}
