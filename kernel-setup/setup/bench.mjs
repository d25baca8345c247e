// `npm run bench`: the same training steps in Cellwise, eager tfjs, Keras and PyTorch, in turns; then the kernel beside stock
// tslab, Deno's and ipykernel. `npm run bench -- cnn lstm` measures some networks, `npm run bench -- kernel` the kernel only.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run, runInForeground } from "./command.mjs";
import { nodeModules, npmCommand, root, userNode } from "./places.mjs";
import { setUp } from "./setup.mjs";

const DENO = "2.9.6";
const denoFolder = join(root, "bench", ".deno");
const deno = join(denoFolder, "node_modules", ".bin", "deno");

/** @param {string[]} args names of networks, or `kernel`; all of it without */
export async function main(args) {
  await setUp();
  const compile = [join(nodeModules, "typescript", "bin", "tsc"), "-b", "bench", "tests"];
  const compiled = await runInForeground(userNode, compile, { cwd: root });
  if (compiled !== 0) return compiled;
  const networks = args.filter((name) => name !== "kernel");
  if (networks.length > 0 || args.length === 0) {
    const status = await runInForeground(userNode, [join(root, "bench", "dist", "run.js"), ...networks], { cwd: root });
    if (status !== 0) return status;
  }
  if (networks.length > 0 && !args.includes("kernel")) return 0;
  await installDeno();
  return runInForeground(userNode, [join(root, "bench", "kernel.mjs")], { cwd: root, env: { DENO: deno } });
}

async function installDeno() {
  if (existsSync(deno)) return;
  const [npm, first] = npmCommand();
  const install = ["install", "--no-save", "--ignore-scripts", "--prefix", denoFolder, `deno@${DENO}`];
  await run(npm, [...first, ...install], { log: "bench", name: "npm", cwd: root });
}
