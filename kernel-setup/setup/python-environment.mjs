// The course's own Python environment, in .venv: JupyterLab and what runs notebooks without a browser.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "./command.mjs";
import { entryBut, remake, temporaryFolder } from "./own-folders.mjs";
import { setupFolder, venv, venvPython } from "./places.mjs";
import { python } from "./prerequisites.mjs";
import { Problem } from "./problem.mjs";
import { digest, readStamp, writeStamp } from "./stamp.mjs";

const requirements = join(setupFolder, "requirements.txt");
const createdStamp = join(venv, "cellwise-created");
const filledStamp = join(venv, "cellwise-packages");

/** What Python, and pip with the packages' own files, put into an environment. */
const ENTRIES = [
  ...["bin", "etc", "include", "lib", "lib64", "man", "share", "src", "pyvenv.cfg", "pip-selfcheck.json"],
  ...[".gitignore", "CACHEDIR.TAG", basename(createdStamp), basename(filledStamp)],
];

/** What of the environment changes pip's work: nothing is kept in, or read from, the user's own folders. */
export const pipEnvironment = {
  PIP_NO_INPUT: "1",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_NO_CACHE_DIR: "1",
  PIP_REQUIRE_VIRTUALENV: undefined,
  PYTHONNOUSERSITE: "1",
};

/** @type {import("./steps.mjs").Step} */
export const createEnvironment = {
  name: "Python environment (.venv)",
  megabytes: 25,
  isDone: () => readStamp(createdStamp) === venv && existsSync(venvPython),
  async run() {
    const { path, ok, found, remedy } = python();
    if (!ok || !path) throw new Problem(`Python: ${found}. ${remedy}`);
    const findForeignFiles = (/** @type {string} */ folder) => entryBut(folder, (name) => ENTRIES.includes(name));
    await remake([venv], [basename(createdStamp)], findForeignFiles, async () => {
      await run(path, ["-m", "venv", venv], { log: "python" });
      writeStamp(createdStamp, venv);
    });
    return found;
  },
};

const requirementsDigest = () => digest({ files: [requirements], values: [venv] });

/** @type {import("./steps.mjs").Step} */
export const jupyterPackages = {
  name: "JupyterLab and its packages",
  megabytes: 400,
  isDone: () => readStamp(filledStamp) === requirementsDigest(),
  async run(progress) {
    const wanted = readFileSync(requirements, "utf8")
      .split("\n")
      .filter((line) => /^[a-z]/.test(line));
    const names = new Set(wanted.map((line) => line.split("==")[0]));
    let collected = 0;
    await run(venvPython, ["-m", "pip", "install", "--requirement", requirements, "--progress-bar", "off"], {
      log: "python",
      name: "pip",
      env: pipEnvironment,
      onLine(line) {
        if (/^\s*(Collecting|Requirement already)/.test(line)) progress(++collected, names.size, "packages");
      },
    });
    silenceNews();
    writeStamp(filledStamp, requirementsDigest());
  },
};

/** JupyterLab asks at its first start whether it may fetch news, and looks for updates: here it stays offline. */
function silenceNews() {
  const settings = join(venv, "share", "jupyter", "lab", "settings");
  mkdirSync(settings, { recursive: true });
  const quiet = { "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false } };
  writeFileSync(join(settings, "overrides.json"), `${JSON.stringify(quiet, null, 2)}\n`);
}

/**
 * Downloads one wheel whose digest is known, without installing it.
 *
 * @param {Pick<import("./wheels.mjs").Wheel, "project" | "version" | "platform" | "sha256" | "bytes">} wheel
 * @param {import("./progress.mjs").Progress} progress
 * @returns {Promise<string>} the file
 * @throws {import("./command.mjs").CommandFailed} when the index cannot be reached or the file's digest is another
 */
export async function downloadWheel({ project, version, platform, sha256, bytes }, progress) {
  const folder = temporaryFolder("wheel");
  const list = join(folder, "wheel.txt");
  writeFileSync(list, `${project}==${version} --hash=sha256:${sha256}\n`);
  const watch = setInterval(() => progress(largestBelow(folder) / 1e6, bytes / 1e6, "MB"), 250);
  const target = ["--platform", platform, "--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"];
  const only = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--progress-bar", "off"];
  try {
    await run(venvPython, ["-m", "pip", "download", ...only, ...target, "--requirement", list, "--dest", folder], {
      log: "wheels",
      name: "pip",
      env: { ...pipEnvironment, TMPDIR: folder },
    });
  } finally {
    clearInterval(watch);
  }
  const file = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (!file) throw new Error(`pip ended well, but ${folder} holds no wheel`);
  return join(folder, file);
}

/**
 * The size of the largest file below a folder: pip writes a wheel to a temporary file first and copies it then.
 *
 * @param {string} folder
 */
function largestBelow(folder) {
  let largest = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
      if (entry.isFile()) largest = Math.max(largest, statSync(join(entry.parentPath, entry.name)).size);
  } catch {
    // What pip has just removed, a file or a folder: the next look sees what is there then.
  }
  return largest;
}
