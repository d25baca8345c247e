// The library and the kernel, compiled from TypeScript.
import { join } from "node:path";
import { run } from "./command.mjs";
import { remake } from "./own-folders.mjs";
import { nodeModules, root, userNode } from "./places.mjs";
import { digest, filesBelow, readStamp, writeStamp } from "./stamp.mjs";

const packages = ["lib", "kernel-setup"];
const stamp = join(root, "lib", "dist", "stamp");
/** What tsc leaves where it has compiled. */
const MARKS = ["tsconfig.tsbuildinfo"];

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
    const [library, kernel] = /** @type {[string, string]} */ (packages.map((name) => join(root, name, "dist")));
    const compile = [join(nodeModules, "typescript", "bin", "tsc"), "-b", ...packages];
    await remake(library, MARKS, () =>
      remake(kernel, MARKS, () => run(userNode, compile, { log: "build", name: "tsc", cwd: root })),
    );
    writeStamp(stamp, from);
  },
};
