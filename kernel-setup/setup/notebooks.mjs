// `npm run notebooks`: executes the notebooks headless on the course's kernel, or checks and cleans their files.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { basename, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { jupyterEnvironment } from "./jupyter.mjs";
import { courseFaults } from "./notebooks/course-form.mjs";
import { allSettings, runElsewhere, settingOf } from "./notebooks/elsewhere.mjs";
import { clean, faults } from "./notebooks/format.mjs";
import { writeWhole } from "./own-folders.mjs";
import { root } from "./places.mjs";
import { Problem } from "./problem.mjs";
import { setUp } from "./setup.mjs";

const usage = `npm run notebooks -- [options] [notebook …]
  executes notebooks headless, two at a time, and fails when one of them fails
  notebook        a path, a folder, or the start of a name under notebooks/ ("4", "4-code"); default: all of them
  --clean         instead: strip outputs and execution counts and write the files in their stable form
  --check         instead: say what keeps the files from being committed
  --timeout S     seconds a single cell may take (900; with --elsewhere 7200: a slow machine is none that hangs)
  --at-once N     notebooks executed at the same time (2)
  --json FILE     also write the outcomes to this file
  --output DIR    where the executed copies go (output/notebooks)
  --elsewhere     execute them as other machines would, one setting after another, and say by what margin each claim holds
  --setting S     with --elsewhere: this setting only (again for more): onednn=off, isa=SSE41, threads=4, processors=1, seeds=3,
                  busy=4, or several at once: isa=AVX2+seeds=5`;

const notebooksFolder = join(root, "notebooks");
// npm runs scripts in the package's folder; paths that were typed mean the folder they were typed in.
const typedIn = process.env.INIT_CWD ?? process.cwd();

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      clean: { type: "boolean" },
      check: { type: "boolean" },
      timeout: { type: "string" },
      "at-once": { type: "string", default: "2" },
      json: { type: "string" },
      output: { type: "string" },
      elsewhere: { type: "boolean" },
      setting: { type: "string", multiple: true },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const paths = chooseNotebooks(positionals);
  if (values.clean) return cleanAll(paths);
  if (values.check) return checkAll(paths);

  const settings = (values.setting ?? allSettings).map(settingOf);
  await setUp();
  const elsewhere = values.elsewhere || values.setting !== undefined;
  const options = ["--timeout", values.timeout ?? (elsewhere ? "7200" : "900"), "--at-once", values["at-once"]];
  if (elsewhere) {
    const output = values.output ? resolve(typedIn, values.output) : join(root, "output", "elsewhere");
    return runElsewhere(
      settings,
      (setting, json) => {
        const copies = join(output, setting.name);
        return execute([...options, "--output", copies, "--json", json, ...paths], setting);
      },
      ({ name }) => join(output, `${name}.json`),
    );
  }
  const json = values.json ? ["--json", resolve(typedIn, values.json)] : [];
  const output = values.output ? resolve(typedIn, values.output) : join(root, "output", "notebooks");
  return execute([...options, "--output", output, ...json, ...paths]);
}

/**
 * @param {string[]} options the options and notebooks for run.py
 * @param {{ env: Record<string, string>, before: string[] }} setting
 * @returns {Promise<number>}
 */
function execute(options, { env, before } = { env: {}, before: [] }) {
  const script = fileURLToPath(new URL("notebooks/run.py", import.meta.url));
  const python = join(root, ".venv", "bin", "python");
  const [program = "", ...args] = [...before, python, "-B", script, "--root", notebooksFolder, ...options];
  const child = spawn(program, args, {
    stdio: "inherit",
    env: { ...process.env, ...jupyterEnvironment, ...env },
  });
  // run.py ends its kernels and then itself; leaving before it would hide how that went.
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (status, signal) => {
      for (const signal of signals) process.off(signal, pass);
      done(status ?? 128 + constants.signals[signal ?? "SIGKILL"]);
    });
  });
}

/**
 * The notebooks that the arguments name; all of them without arguments.
 * @param {string[]} names
 * @returns {string[]}
 */
function chooseNotebooks(names) {
  const all = existsSync(notebooksFolder) ? notebooksUnder(notebooksFolder) : [];
  const found = names.length === 0 ? all : names.flatMap((name) => notebooksNamed(name, all));
  if (found.length === 0) throw new Problem(`there is no notebook under ${notebooksFolder}`);
  return [...new Set(found)];
}

/**
 * @param {string} name
 * @param {string[]} all
 * @returns {string[]}
 */
function notebooksNamed(name, all) {
  const path = resolve(typedIn, name);
  if (existsSync(path)) return statSync(path).isDirectory() ? notebooksUnder(path) : [path];
  const starting = all.filter((candidate) => basename(candidate).startsWith(name));
  if (starting.length > 0) return starting;
  const list = all.map((candidate) => `  ${relative(root, candidate)}`).join("\n");
  throw new Problem(`no notebook is called ${JSON.stringify(name)}; there are:\n${list}`);
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function notebooksUnder(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ipynb") && !path.split(sep).includes(".ipynb_checkpoints"))
    .sort()
    .map((path) => join(folder, path));
}

/**
 * @param {string[]} paths
 * @returns {number}
 */
function cleanAll(paths) {
  let status = 0;
  for (const path of paths) {
    try {
      const before = readFileSync(path, "utf8");
      const after = clean(before);
      if (after === before) continue;
      writeWhole(path, after);
      console.log(`cleaned ${relative(typedIn, path)}`);
    } catch (error) {
      status = 1;
      console.error(`${relative(typedIn, path)} ${error instanceof Error ? error.message : error}`);
    }
  }
  return status;
}

/**
 * @param {string[]} paths
 * @returns {number}
 */
function checkAll(paths) {
  let count = 0;
  for (const path of paths) {
    const text = readFileSync(path, "utf8");
    const found = faults(text);
    // Notebooks of others, in a folder of theirs, may look as they please.
    if (found.length === 0 && path.startsWith(notebooksFolder + sep)) found.push(...courseFaults(text, path));
    for (const fault of found) {
      console.error(`${relative(typedIn, path)} ${fault}`);
      count += 1;
    }
  }
  if (count > 0)
    console.error(`${count} fault(s); \`npm run notebooks -- --clean\` mends what can be mended by itself`);
  return count > 0 ? 1 : 0;
}
