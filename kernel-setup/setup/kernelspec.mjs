// Tells the course's JupyterLab about the kernel `tslab`: only the one in .venv, never the user's own.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kernelNode } from "./kernel-node.mjs";
import { replaceFolder, temporaryFolder } from "./own-folders.mjs";
import { kernelspec, root } from "./places.mjs";
import { digest, filesBelow, readStamp, writeStamp } from "./stamp.mjs";

const template = join(root, "kernel-setup", "kernelspec");
const launcher = join(root, "kernel-setup", "dist", "kernel", "launch.js");
const stamp = join(kernelspec, "stamp");

const templateDigest = () => digest({ files: filesBelow(template, [""]), values: [kernelNode(), launcher] });

/** @type {import("./steps.mjs").Step} */
export const installKernelspec = {
  name: 'Kernel "TypeScript (tslab)"',
  megabytes: 1,
  isDone: () => readStamp(stamp) === templateDigest(),
  async run() {
    const fresh = temporaryFolder("kernelspec");
    for (const name of readdirSync(template)) copyFileSync(join(template, name), join(fresh, name));
    const file = join(fresh, "kernel.json");
    const filled = readFileSync(file, "utf8")
      .replaceAll("{node}", JSON.stringify(kernelNode()).slice(1, -1))
      .replaceAll("{launcher}", JSON.stringify(launcher).slice(1, -1));
    writeFileSync(file, filled);
    writeStamp(join(fresh, "stamp"), templateDigest());
    replaceFolder(fresh, kernelspec, ["stamp"]);
  },
};
