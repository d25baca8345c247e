// The library and the kernel, compiled from TypeScript.
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "./command.mjs";
import { entryBut, remake } from "./own-folders.mjs";
import { nodeModules, root, userNode } from "./places.mjs";
import { digest, filesBelow, readStamp, writeStamp } from "./stamp.mjs";

const packages = ["lib", "kernel-setup"];
const stamp = join(root, "lib", "dist", "stamp");
/** What tsc leaves where it has compiled. */
const MARKS = ["tsconfig.tsbuildinfo"];

const sourcesDigest = () =>
  digest({
    files: [
      join(root, "package-lock.json"),
      join(root, "tsconfig.json"),
      ...packages.flatMap((name) => filesBelow(join(root, name), [".ts", ".mts", "tsconfig.json", "package.json"])),
    ],
  });

/**
 * What tsc has not put into a folder. For each source file it writes `.js.map`, `.js` and `.d.ts`, in this order: none of
 * them is there without the one before, also when it was broken off.
 *
 * @param {string} folder
 * @returns {string | undefined}
 */
function findForeignFiles(folder) {
  const isCompiled = (/** @type {string} */ name) =>
    [...MARKS, basename(stamp)].includes(name) ||
    name.endsWith(".js.map") ||
    (name.endsWith(".js") && existsSync(join(folder, `${name}.map`))) ||
    (name.endsWith(".d.ts") && existsSync(join(folder, name.replace(/\.d\.ts$/, ".js"))));
  const folders = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory());
  const names = folders.map((each) => each.name);
  for (const name of names) {
    const inside = findForeignFiles(join(folder, name));
    if (inside !== undefined) return join(name, inside);
  }
  return entryBut(folder, (name) => names.includes(name) || isCompiled(name));
}

/** @type {import("./steps.mjs").Step} */
export const libraryAndKernel = {
  name: "The library and the kernel (tsc)",
  megabytes: 5,
  isDone: () => readStamp(stamp) === sourcesDigest(),
  async run() {
    const from = sourcesDigest(); // before compiling: an edit in between is seen next time
    // From an empty folder, so that nothing stays of a source file that was deleted.
    const folders = packages.map((name) => join(root, name, "dist"));
    const compile = [join(nodeModules, "typescript", "bin", "tsc"), "-b", ...packages];
    await remake(folders, MARKS, findForeignFiles, () =>
      run(userNode, compile, { log: "build", name: "tsc", cwd: root }),
    );
    writeStamp(stamp, from);
  },
};
