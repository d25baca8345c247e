// Tells the course's JupyterLab about the kernel `tslab`: only the one in .venv, never the user's own.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kernelNode } from "./kernel-node.mjs";
import { kernelspec, root } from "./places.mjs";
import { digest, filesBelow, readStamp, writeStamp } from "./stamp.mjs";

const template = join(root, "kernel-setup", "kernelspec");
const launcher = join(root, "kernel-setup", "dist", "kernel", "launch.js");
const stamp = join(kernelspec, "stamp");

const madeFrom = () => digest({ files: filesBelow(template, [""]), values: [kernelNode(), launcher] });

/** @type {import("./steps.mjs").Step} */
export const installKernelspec = {
  name: 'Kernel "TypeScript (tslab)"',
  megabytes: 1,
  isDone: () => readStamp(stamp) === madeFrom(),
  async run() {
    rmSync(kernelspec, { recursive: true, force: true });
    cpSync(template, kernelspec, { recursive: true });
    const file = join(kernelspec, "kernel.json");
    const filled = readFileSync(file, "utf8")
      .replaceAll("{node}", JSON.stringify(kernelNode()).slice(1, -1))
      .replaceAll("{launcher}", JSON.stringify(launcher).slice(1, -1));
    writeFileSync(file, filled);
    writeStamp(stamp, madeFrom());
  },
};
