// What set-up removes and replaces: all of it goes through here, and nothing that set-up did not make itself is touched.
//
// A folder counts as set-up's when it holds the file that is written into it last (its mark: a stamp, npm's own lock file),
// when set-up has noted that it began to make it, or when it is empty. What set-up puts in place whole it also lists: an entry
// that is not in that list is somebody's. What other programs (npm, Python, tsc) fill, the step that calls them knows.
// A folder has to lie in the checkout, in no other way than by its own path: a link that somebody has put there, a mounted
// disk and whatever is behind them are theirs.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { cache, root, setupState } from "./places.mjs";
import { Problem } from "./problem.mjs";

/**
 * Makes folders anew, in their places: what set-up made there before is removed first. Broken off, they are begun again.
 *
 * @template Result
 * @param {string[]} folders
 * @param {string[]} marks files inside, one of which says that the folder is whole and set-up's
 * @param {(folder: string) => string | undefined} foreign the path inside of something that `make` has not put there
 * @param {() => Promise<Result>} make
 * @throws {Problem} when a folder, or something in it, is not set-up's: then none is touched
 */
export async function remake(folders, marks, foreign, make) {
  for (const folder of folders) refuseForeign(folder, marks, foreign);
  mkdirSync(setupState, { recursive: true });
  for (const folder of folders) {
    writeFileSync(noteOf(folder), "");
    rmSync(folder, { recursive: true, force: true });
  }
  const result = await make();
  for (const folder of folders) rmSync(noteOf(folder), { force: true });
  return result;
}

/**
 * Puts a finished folder in the place of what set-up made there before.
 *
 * @param {string} finished one of `temporaryFolder`
 * @param {string} folder
 * @param {string[]} marks
 * @throws {Problem} when the folder is not set-up's
 */
export function replaceFolder(finished, folder, marks) {
  refuseForeign(folder, marks);
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  chmodSync(finished, 0o755); // a temporary folder is its owner's alone
  mkdirSync(setupState, { recursive: true });
  writeFileSync(listOf(folder), JSON.stringify(readdirSync(finished)));
  renameSync(finished, folder);
}

/**
 * Removes a folder that set-up made.
 *
 * @param {string} folder
 * @param {string[]} marks
 * @throws {Problem} when the folder is not set-up's
 */
export function removeFolder(folder, marks) {
  refuseForeign(folder, marks);
  rmSync(folder, { recursive: true, force: true });
  removeFile(listOf(folder));
}

const CACHE_MARK = "of-set-up";

/** The folder for downloads under way. */
export function cacheFolder() {
  refuseElsewhere(cache);
  if (!existsSync(cache)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, CACHE_MARK), "");
  }
  return cache;
}

/** Removes the downloads, where the folder is set-up's own. */
export function removeCache() {
  if (existsSync(join(cache, CACHE_MARK))) removeFolder(cache, [CACHE_MARK]);
}

/**
 * A new folder among the downloads.
 *
 * @param {string} name how its name begins
 */
export const temporaryFolder = (name) => mkdtempSync(join(cacheFolder(), `${name}-`));

/**
 * A new folder outside the checkout that only its owner may enter.
 *
 * @param {string} prefix how its path begins
 */
export function privateFolder(prefix) {
  const path = mkdtempSync(prefix);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * Removes a file, if it is there and is one.
 *
 * @param {string} file
 */
export function removeFile(file) {
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile()) rmSync(file, { force: true });
}

/**
 * Writes a file whole or not at all. A link stays one: what it leads to is written.
 *
 * @param {string} file
 * @param {string} text
 */
export function writeWhole(file, text) {
  const target = existsSync(file) ? realpathSync(file) : file;
  const half = `${target}.${process.pid}`;
  try {
    writeFileSync(half, text);
    if (existsSync(target)) chmodSync(half, statSync(target).mode & 0o777);
    renameSync(half, target);
  } catch (error) {
    removeFile(half);
    throw error;
  }
}

/** What a file manager leaves wherever it has looked. */
const NOBODYS = [".DS_Store"];

/**
 * The first entry of a folder that is none of those.
 *
 * @param {string} folder
 * @param {(name: string) => boolean} belongs
 */
export const entryBut = (folder, belongs) =>
  readdirSync(folder).find((name) => !belongs(name) && !NOBODYS.includes(name));

/** What is not in the list of what was put in place, where there is one. @param {string} folder */
function unlisted(folder) {
  if (!existsSync(listOf(folder))) return undefined;
  const made = JSON.parse(readFileSync(listOf(folder), "utf8"));
  return entryBut(folder, (name) => made.includes(name));
}

/**
 * Refuses a folder that set-up did not make.
 *
 * @param {string} folder
 * @param {string[]} marks
 * @param {(folder: string) => string | undefined} foreign
 */
function refuseForeign(folder, marks, foreign = unlisted) {
  refuseElsewhere(folder);
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) refuse(folder, "is a file");
  const entries = readdirSync(folder);
  if (entries.length === 0) return;
  const own = existsSync(noteOf(folder)) || marks.some((mark) => entries.includes(mark));
  if (!own) refuse(folder, "was not made by set-up");
  const found = foreign(folder);
  if (found !== undefined) refuse(join(folder, found), "was not put there by set-up", folder);
}

/**
 * Refuses what lies outside the checkout, or behind a link or a mount in it, or holds somebody's home or working folder.
 *
 * @param {string} folder
 */
export function refuseElsewhere(folder) {
  if (typeof folder !== "string" || folder === "") throw new Error(`the folder is ${JSON.stringify(folder)}`);
  const inside = relative(root, resolve(folder));
  if (inside === "" || inside === ".." || inside.startsWith(`..${sep}`))
    throw new Error(`${folder} does not lie inside the checkout ${root}`);
  let place = root;
  for (const name of inside.split(sep)) {
    place = join(place, name);
    const kind = lstatSync(place, { throwIfNoEntry: false });
    if (kind === undefined) return;
    if (kind.isSymbolicLink()) refuse(place, "is a symbolic link");
  }
  const real = realpathSync(place);
  const mounted = mounts().find((mount) => mount === real || mount.startsWith(real + sep));
  if (mounted) refuse(mounted, "is a mounted disk or folder");
  if (statSync(place).dev !== statSync(dirname(place)).dev) refuse(place, "is a mounted disk");
  for (const used of [process.cwd(), homedir()]) {
    if (!existsSync(used)) continue;
    const other = realpathSync(used);
    if (other === real || other.startsWith(real + sep))
      refuse(place, `holds ${used}, where you are at home or at work`);
  }
}

/** @param {string} place @param {string} what @param {string} replaced @returns {never} */
function refuse(place, what, replaced = "it") {
  throw new Problem(
    `${place} ${what}, and set-up would have to replace ${replaced}. Nothing in it was touched: move it away or remove it, then run this again.`,
  );
}

/** Linux lists what is mounted; elsewhere only a mount at the folder itself is seen. @returns {string[]} */
function mounts() {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .map((line) =>
        (line.split(" ")[4] ?? "").replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))),
      );
  } catch {
    return [];
  }
}

/** Where set-up notes that it has begun to make a folder. @param {string} folder */
const noteOf = (folder) => join(setupState, `begun-${encodeURIComponent(relative(root, folder))}`);

/** Where set-up lists what it has put into a folder. @param {string} folder */
const listOf = (folder) => join(setupState, `made-${encodeURIComponent(relative(root, folder))}`);
