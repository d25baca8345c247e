// The kernel beside stock tslab, Deno's kernel and ipykernel: medians over fresh kernels, as a table in Markdown.
//
//   node bench/kernel.mjs [fresh kernels, 5 by default] [names, all by default]
//
// Needs the project built (`npm run build`). Deno is taken from node_modules (`npm install --no-save deno`) or from the
// variable DENO, Python from .venv; what is not installed is left out.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { CHECKOUT, KernelClient } = require("../tests/dist/kernel/client.js");

const python = join(CHECKOUT, ".venv", "bin", "python");
const deno = process.env.DENO ?? join(CHECKOUT, "node_modules", ".bin", "deno");
const tslab = join(CHECKOUT, "node_modules", "tslab", "bin", "tslab");
const hasPython = existsSync(python) && spawnSync(python, ["-c", "import ipykernel"]).status === 0;

/** Kernels by name; `tf` marks those that can import tfjs-node, `signal` those that are interrupted by SIGINT. */
const kernels = {
  cellwise: { tf: true },
  tslab: { tf: true, signal: true, command: (file) => [process.execPath, tslab, "kernel", `--config-path=${file}`] },
  ...(existsSync(deno) ? { deno: { command: (file) => [deno, "jupyter", "--kernel", "--conn", file] } } : {}),
  ...(hasPython
    ? { ipykernel: { python: true, signal: true, command: (file) => [python, "-m", "ipykernel_launcher", "-f", file] } }
    : {}),
};

const CELLS = 15;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The median time of `work`, given a new number each time; the first time is not counted. */
async function typical(work) {
  await work(0);
  const times = [];
  for (let index = 1; index <= CELLS; index++) times.push(await timed(() => work(index)));
  return median(times);
}

/** Resident memory of a process and all that it has started, in MB; what they share is counted once (`Pss`). */
function memory(root) {
  const rows = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/smaps_rollup`, "utf8"))?.[1];
        return [{ id: Number(name), parent: Number(fields[1]), megabytes: Number(kilobytes) / 1000 }];
      } catch {
        return [];
      }
    });
  const found = [root];
  for (const each of found) found.push(...rows.filter(({ parent }) => parent === each).map(({ id }) => id));
  return rows.filter(({ id }) => found.includes(id)).reduce((sum, { megabytes }) => sum + megabytes, 0);
}

async function interrupt(kernel, { signal }, code) {
  const id = kernel.start(code);
  await kernel.until(() => (kernel.of(id).length > 0 ? true : undefined), "the start of the cell");
  // Time for the loop itself to begin; it is not measured.
  await new Promise((resolve) => setTimeout(resolve, 200));
  return timed(async () => {
    if (signal) kernel.process.kill("SIGINT");
    else await kernel.interrupt();
    await kernel.reply(id);
  });
}

async function measure(name) {
  const options = kernels[name];
  const result = {};
  let kernel;
  const started = performance.now();
  kernel = await KernelClient.start({ folder: join(CHECKOUT, "tests"), command: options.command });
  try {
    result["start to ready, s"] = (performance.now() - started) / 1000;
    await kernel.reply(kernel.start("1"));
    result["start to first result, s"] = (performance.now() - started) / 1000;
    result["resident memory, MB"] = process.platform === "linux" ? memory(kernel.process.pid) : Number.NaN;
    const cell = (index) => kernel.reply(kernel.start(`${index} + 1`));
    result["trivial cell, ms"] = await typical(cell);
    const typed = (index, name) => (options.python ? `q${index} = 1\n${name}` : `const q${index} = 1; ${name}`);
    const ask = (type, word) => (index) => {
      const code = typed(index, word);
      return kernel.request(type, { code, cursor_pos: code.length, detail_level: 0 });
    };
    result["completion, ms"] = await typical(ask("complete_request", options.python ? "prin" : "console.lo"));
    result["inspection, ms"] = await typical(ask("inspect_request", options.python ? "print" : "console.log"));
    if (options.tf) {
      await kernel.reply(kernel.start('import * as tf from "@tensorflow/tfjs-node"'));
      result["trivial cell with tfjs, ms"] = await typical(cell);
      result["completion with tfjs, ms"] = await typical(ask("complete_request", "tf.layers.den"));
    }
    const loop = options.python ? "while True: pass" : "while (true) {}";
    result["interrupt of a loop, ms"] = await interrupt(kernel, options, loop).catch(() => Number.NaN);
  } finally {
    kernel.process.kill("SIGTERM");
    const patience = setTimeout(() => kernel.process.kill("SIGKILL"), 3000);
    await kernel.close();
    clearTimeout(patience);
  }
  return result;
}

const times = Number(process.argv[2] ?? 5);
const names = process.argv[3]?.split(",") ?? Object.keys(kernels);
const results = Object.fromEntries(names.map((name) => [name, []]));
// In turns, so that what else the machine does falls on all of them.
for (let round = 0; round < times; round++) {
  for (const name of names) results[name].push(await measure(name));
}
const rows = [...new Set(names.flatMap((name) => results[name].flatMap(Object.keys)))];
console.log(`Medians of ${times} fresh kernels; ${cpus().length} × ${cpus()[0]?.model}; Node ${process.version}\n`);
console.log(`| | ${names.join(" | ")} |\n|---|${names.map(() => "---:|").join("")}`);
for (const row of rows) {
  const cells = names.map((name) => {
    const values = results[name].map((result) => result[row]).filter((value) => Number.isFinite(value));
    return values.length === 0 ? "–" : median(values).toPrecision(3);
  });
  console.log(`| ${row} | ${cells.join(" | ")} |`);
}
process.exit();
