// One checkout for several accounts of a machine: whoever may enter its folder can read it and run its kernel, and nobody but its
// owner can change it. What the owner does with it (settings, history, outputs, notebooks of their own) stays theirs.
import { chmodSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ask } from "./command.mjs";
import { addOn, data, kernelspec, nodeModules, root, tensorflow, venv } from "./places.mjs";

/** What set-up makes and compiles from, in whole. */
const FOLDERS = ["lib", "kernel-setup"].map((name) => join(root, name)).concat(venv, nodeModules, tensorflow, data);

/** One of each part: what was made while the umask was `openUmask` is open as a whole. */
const SAMPLES = [
  root,
  ...FOLDERS,
  addOn,
  kernelspec,
  join(root, "package.json"),
  join(root, "lib", "index.ts"),
  join(root, "lib", "dist", "index.js"),
  join(root, "kernel-setup", "dist", "kernel", "launch.js"),
  join(root, "notebooks", "en"),
  join(venv, "pyvenv.cfg"),
  join(nodeModules, ".package-lock.json"),
  join(tensorflow, "lib"),
];

/** Bits for group and others: reading, and for folders and programs x; never writing. @param {import("node:fs").Stats} kind */
const neededBits = (kind) => (kind.isDirectory() || kind.mode & 0o100 ? 0o055 : 0o044);

/** @param {string} path */
function isReadable(path) {
  const kind = lstatSync(path, { throwIfNoEntry: false });
  return kind === undefined || kind.isSymbolicLink() || (kind.mode & neededBits(kind)) === neededBits(kind);
}

/** @param {string} path */
function open(path) {
  const kind = lstatSync(path);
  if (isReadable(path)) return;
  try {
    chmodSync(path, (kind.mode & 0o7777) | neededBits(kind));
  } catch {
    // somebody else's, or a file system without modes
  }
}

/** @param {string} folder */
function openAll(folder) {
  open(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openAll(path);
    else open(path);
  }
}

/** What came with the course; without git, nothing beside what set-up needs. */
function courseFiles() {
  const { ok, text } = ask("git", ["-C", root, "ls-files", "-z"]);
  return ok ? text.split("\0").filter((name) => lstatSync(join(root, name), { throwIfNoEntry: false })) : [];
}

/** Lets everything be made readable for others, whatever the umask; returns what ends it. */
export function openUmask() {
  const before = process.umask();
  process.umask(before & ~0o055);
  return () => process.umask(before);
}

/** @type {import("./steps.mjs").Step} */
export const readableForOthers = {
  name: "Readable for this machine's other accounts",
  megabytes: 0,
  // Only its owner can change it, and then nobody else needs to.
  isDone: () => statSync(root).uid !== process.getuid?.() || SAMPLES.every(isReadable),
  async run() {
    open(root);
    for (const folder of FOLDERS) if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) openAll(folder);
    for (const name of courseFiles()) {
      const parts = name.split("/");
      for (let length = 1; length <= parts.length; length++) open(join(root, ...parts.slice(0, length)));
    }
  },
};
