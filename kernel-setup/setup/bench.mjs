// `npm run bench`: the same work in Cellwise, eager tfjs, Keras, PyTorch and JAX, in turns; `npm run bench -- --row cnn,lstm --peers
// torch` measures some of it. `npm run bench -- kernel`: the kernel beside stock tslab, Deno's and ipykernel.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run, runInForeground } from "./command.mjs";
import { nodeModules, npmCommand, root, userNode } from "./places.mjs";
import { setUp } from "./setup.mjs";

const DENO = "2.9.6";
const denoFolder = join(root, "bench", ".deno");
const deno = join(denoFolder, "node_modules", ".bin", "deno");

/** @param {string[]} args `kernel`, or what bench/options.ts takes */
export async function main(args) {
  await setUp();
  const compile = [join(nodeModules, "typescript", "bin", "tsc"), "-b", "bench", "tests"];
  const compiled = await runInForeground(userNode, compile, { cwd: root });
  if (compiled !== 0) return compiled;
  if (args[0] !== "kernel")
    return runInForeground(userNode, [join(root, "bench", "dist", "run.js"), ...args], { cwd: root });
  await installDeno();
  return runInForeground(userNode, [join(root, "bench", "kernel.mjs")], { cwd: root, env: { DENO: deno } });
}

async function installDeno() {
  if (existsSync(deno)) return;
  const [npm, first] = npmCommand();
  const install = ["install", "--no-save", "--ignore-scripts", "--prefix", denoFolder, `deno@${DENO}`];
  await run(npm, [...first, ...install], { log: "bench", name: "npm", cwd: root });
}
