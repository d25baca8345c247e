// The library and the kernel, compiled from TypeScript.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command.mjs";
import { nodeModules, root, userNode } from "./places.mjs";
import { digest, filesBelow, readStamp, writeStamp } from "./stamp.mjs";

const packages = ["lib", "kernel-setup"];
const stamp = join(root, "lib", "dist", "stamp");

const builtFrom = () =>
  digest({
    files: [
      join(root, "package-lock.json"),
      join(root, "tsconfig.json"),
      ...packages.flatMap((name) => filesBelow(join(root, name), [".ts", ".mts", "tsconfig.json", "package.json"])),
    ],
  });

/** @type {import("./steps.mjs").Step} */
export const libraryAndKernel = {
  name: "The library and the kernel (tsc)",
  megabytes: 5,
  isDone: () => readStamp(stamp) === builtFrom(),
  async run() {
    const from = builtFrom(); // before compiling: an edit in between is seen next time
    // From an empty folder, so that nothing stays of a source file that was deleted.
    for (const name of packages) rmSync(join(root, name, "dist"), { recursive: true, force: true });
    const compile = [join(nodeModules, "typescript", "bin", "tsc"), "-b", ...packages];
    await run(userNode, compile, { log: "build", name: "tsc", cwd: root });
    writeStamp(stamp, from);
  },
};
