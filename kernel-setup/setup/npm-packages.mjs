// The npm packages of the lock file, without install scripts: tfjs-node's own would download from hosts that many networks
// cannot reach (tensorflow/tfjs #8154, #8522, #8740).
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "./command.mjs";
import { cacheFolder, entryBut, refuseElsewhere, remake } from "./own-folders.mjs";
import { nodeModules, npmCommand, root } from "./places.mjs";

const lockFile = join(root, "package-lock.json");
// npm writes this one last, when all packages are in place: a broken-off install has none.
const installedFile = join(nodeModules, ".package-lock.json");

/** @typedef {Record<string, { version?: string, link?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }>} Packages */

/** @param {string} file @returns {Packages} */
const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

/** What the lock file wants on this machine that is not in node_modules. */
function missing() {
  if (!existsSync(installedFile)) return ["everything"];
  const installed = packagesOf(installedFile);
  return Object.entries(packagesOf(lockFile))
    .filter(([path, { version, link, optional }]) => {
      if (!path.startsWith("node_modules/")) return false; // the checkout and its workspaces
      if (link) return !existsSync(join(root, path));
      if (optional && !installed[path]) return false; // for another platform
      return installed[path]?.version !== version || !existsSync(join(root, path, "package.json"));
    })
    .map(([path]) => path);
}

/**
 * What npm has not put into node_modules: it knows its packages, those of workspaces and linked ones among them, and keeps
 * things of its own under hidden names.
 *
 * @param {string} folder
 */
function findForeignFiles(folder) {
  const locks = [lockFile, installedFile].filter((file) => existsSync(file));
  const names = new Set(locks.flatMap((file) => Object.keys(packagesOf(file))).map((path) => path.split("/")[1]));
  return entryBut(folder, (name) => name.startsWith(".") || names.has(name));
}

/** @type {import("./steps.mjs").Step} */
export const npmPackages = {
  name: "npm packages (node_modules)",
  megabytes: 1050,
  isDone: () => missing().length === 0,
  async run(progress) {
    const total = Object.keys(packagesOf(lockFile)).filter((path) => path.startsWith("node_modules/")).length;
    const [npm, first] = npmCommand();
    /** @type {Set<string>} */
    const fetched = new Set();
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"];
    const install = [...first, "ci", ...options, "--cache", join(cacheFolder(), "npm")];
    // npm empties these too, and would follow a link.
    for (const workspace of ["lib", "kernel-setup"]) refuseElsewhere(join(root, workspace, "node_modules"));
    await remake([nodeModules], [basename(installedFile)], findForeignFiles, () =>
      run(npm, install, {
        log: "npm",
        name: "npm",
        cwd: root,
        onLine(line) {
          const archive = /http fetch .*\/([^/\s]+\.tgz)/.exec(line)?.[1];
          if (archive) progress(fetched.add(archive).size, total, "packages");
        },
      }),
    );
    return `${total} packages`;
  },
};
