// A stamp says what a finished folder was made from. It lies inside that folder and is written last: a folder that was
// deleted, or left half-written, has none.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeWhole } from "./own-folders.mjs";

/**
 * The digest of what a step is made from.
 *
 * @param {{ files?: string[], values?: unknown[] }} inputs paths of files (missing ones count as such) and plain values
 */
export function digest({ files = [], values = [] }) {
  const hash = createHash("sha256");
  hash.update(JSON.stringify(values));
  for (const file of files) {
    let content;
    try {
      content = readFileSync(file);
    } catch {
      content = "missing";
    }
    hash.update(`\0${file}\0`).update(content);
  }
  return hash.digest("hex");
}

/**
 * All files below a folder with one of the endings, in a fixed order.
 *
 * @param {string} folder
 * @param {string[]} endings
 * @returns {string[]}
 */
export function filesBelow(folder, endings) {
  /** @type {string[]} */
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(path, endings));
    else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(path);
  }
  return found.sort();
}

/** @param {string} file @returns {string | undefined} */
export function readStamp(file) {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** @param {string} file @param {string} value */
export function writeStamp(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(file, `${value}\n`);
}
