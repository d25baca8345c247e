// The notebooks as other machines would execute them: other instructions, other numbers of threads, other seeds, other work
// beside them. A text's claims must hold on all of them, and by what margin they do is said for each.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Problem } from "../problem.mjs";

/**
 * How another machine is imitated.
 * @typedef {object} Setting
 * @property {string} name
 * @property {Record<string, string>} env for the kernels
 * @property {string[]} before the program that the run is started by, with its arguments: taskset and so on
 * @property {number} busy how many endless loops run beside it
 */

/** What `--elsewhere` runs when no `--setting` is given. */
export const allSettings = [
  "onednn=off",
  "isa=SSE41",
  "isa=AVX",
  "isa=AVX2",
  "threads=1",
  "threads=2",
  "threads=4",
  "processors=1",
  "seeds=1",
  "seeds=2",
  "busy=4",
];

/** @type {Record<string, (value: string) => Partial<Setting>>} */
const kinds = {
  onednn: (value) => ({ env: { TF_ENABLE_ONEDNN_OPTS: oneOf(value, { on: "1", off: "0" }) } }),
  isa: (value) => ({ env: { TF_ENABLE_ONEDNN_OPTS: "1", ONEDNN_MAX_CPU_ISA: value } }),
  threads: (value) => ({ env: { TF_NUM_INTRAOP_THREADS: String(count(value)) } }),
  processors: (value) => ({
    before: ["taskset", "--cpu-list", firstProcessors(count(value), allowedProcessors()).join()],
  }),
  seeds: (value) => ({ env: { CELLWISE_SEED_SHIFT: String(count(value)) } }),
  busy: (value) => ({ busy: count(value) }),
};

/**
 * Reads a setting: `threads=4`, or several at once: `isa=AVX2+seeds=5`.
 * @param {string} name
 * @returns {Setting}
 */
export function settingOf(name) {
  /** @type {Setting} */
  const setting = { name, env: {}, before: [], busy: 0 };
  for (const part of name.split("+")) {
    const [kind = "", value = ""] = part.split("=");
    const read = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (!read || value === "")
      throw new Problem(
        `--setting ${JSON.stringify(name)} is unknown; there are ${Object.keys(kinds).join(", ")}, as in ${allSettings.join(" ")}`,
      );
    const { env = {}, before = [], busy = 0 } = read(value);
    Object.assign(setting.env, env);
    setting.before.push(...before);
    setting.busy += busy;
  }
  return setting;
}

/**
 * Runs one setting after another.
 * @param {Setting[]} settings
 * @param {(setting: Setting, json: string) => Promise<number>} execute executes the notebooks and writes their outcomes
 * @param {(setting: Setting) => string} jsonOf where it writes them
 * @returns {Promise<number>} the exit status
 */
export async function runElsewhere(settings, execute, jsonOf) {
  /** @type {Measurement[]} */
  const measured = [];
  const failed = [];
  const leftOut = [];
  for (const setting of settings) {
    if (setting.before.length > 0 && spawnSync(setting.before[0] ?? "", ["--version"]).error) {
      console.log(`\n${setting.name}: left out, this machine has no ${setting.before[0]}`);
      leftOut.push(setting.name);
      continue;
    }
    console.log(`\n${setting.name}`);
    const loops = Array.from({ length: setting.busy }, startLoop);
    let status;
    try {
      status = await execute(setting, jsonOf(setting));
    } finally {
      for (const loop of loops) loop.kill("SIGKILL");
    }
    if (status > 128) return status; // stopped by a signal
    if (status !== 0) failed.push(setting.name);
    measured.push(...measurementsIn(jsonOf(setting), setting.name));
  }
  console.log(`\n${tableOf(measured)}`);
  if (leftOut.length > 0) console.log(`\nleft out: ${leftOut.join(", ")}`);
  const passed = settings.length - leftOut.length - failed.length;
  console.log(`\npassed with ${passed} of ${settings.length} settings`);
  if (failed.length > 0) console.log(`failed with ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

/**
 * @typedef {{ setting: string, notebook: string, cell: string, number: number, sentence: string, expected: string,
 *   words: string, margin: number | null, holds: boolean }} Measurement
 */

/**
 * @param {string} json
 * @param {string} setting
 * @returns {Measurement[]}
 */
function measurementsIn(json, setting) {
  /** @type {{ notebook: string, claims: Measurement[] }[]} */
  const outcomes = JSON.parse(readFileSync(json, "utf8"));
  return outcomes.flatMap(({ notebook, claims }) => claims.map((claim) => ({ ...claim, setting, notebook })));
}

/**
 * Every claim with its worst and its median margin, the narrowest first; those about one exact value last.
 * @param {Measurement[]} measured
 * @returns {string}
 */
export function tableOf(measured) {
  /** @type {Map<string, Measurement[]>} */
  const byClaim = new Map();
  for (const one of measured) {
    const key = JSON.stringify([one.notebook, one.cell, one.number]);
    byClaim.set(key, [...(byClaim.get(key) ?? []), one]);
  }
  const rows = [...byClaim.values()].map((all) => {
    // A margin that is no number comes from a measured NaN, or from an exact claim.
    const margins = all.map(
      ({ margin, holds }) => margin ?? (holds ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY),
    );
    const worst = margins.indexOf(Math.min(...margins));
    return {
      worst: /** @type {number} */ (margins[worst]),
      median: median(margins),
      held: all.filter(({ holds }) => holds).length,
      all,
      at: /** @type {Measurement} */ (all[worst]),
    };
  });
  rows.sort((a, b) => a.worst - b.worst);
  const lines = rows.map(({ worst, median, held, all, at }) =>
    [
      percent(worst).padStart(8),
      percent(median).padStart(8),
      `${held}/${all.length}`.padStart(6),
      ` ${at.setting.padEnd(12)} ${at.notebook} ${at.cell}: ${at.sentence} (${at.words}; expected ${at.expected})`,
    ].join(" "),
  );
  return ["   worst   median   held  worst with   claim", ...lines].join("\n");
}

/** @param {number} margin */
function percent(margin) {
  if (Number.isFinite(margin)) return `${(100 * margin).toFixed(1)} %`;
  return margin > 0 ? "exact" : "fails";
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A program that computes for ever, but not longer than the one that started it. */
function startLoop() {
  return spawn(process.execPath, ["-e", "const parent = process.ppid; while (process.ppid === parent) {}"], {
    stdio: "ignore",
  });
}

/** The processors that this process may use. */
function allowedProcessors() {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readOr("/proc/self/status", ""))?.[1] ?? "0";
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/**
 * @param {string} path
 * @param {string} otherwise
 */
function readOr(path, otherwise) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}

/**
 * @param {number} wanted
 * @param {number[]} processors
 */
function firstProcessors(wanted, processors) {
  if (wanted > processors.length)
    throw new Problem(
      `processors=${wanted} is given; this machine lets us have ${processors.length}. Take at most as many.`,
    );
  return processors.slice(0, wanted);
}

/** @param {string} value */
function count(value) {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Problem(`${JSON.stringify(value)} is given; a whole number of at least 1 is expected`);
  return number;
}

/**
 * @param {string} value
 * @param {Record<string, string>} choices
 * @returns {string}
 */
function oneOf(value, choices) {
  const chosen = Object.hasOwn(choices, value) ? choices[value] : undefined;
  if (chosen === undefined)
    throw new Problem(`${JSON.stringify(value)} is given; ${Object.keys(choices).join(" or ")} is expected`);
  return chosen;
}
