// `npm run docs`: the reference of all public names, in output/docs.
import { join } from "node:path";
import { runInForeground } from "./command.mjs";
import { replaceFolder, temporaryFolder } from "./own-folders.mjs";
import { nodeModules, root, userNode } from "./places.mjs";
import { Problem } from "./problem.mjs";
import { setUp } from "./setup.mjs";
import { writeStamp } from "./stamp.mjs";

/** @param {string[]} args none */
export async function main(args) {
  if (args.length > 0) throw new Problem(`npm run docs takes no arguments, and was given ${args.join(" ")}.`);
  await setUp();
  const fresh = temporaryFolder("docs");
  const typedoc = [join(nodeModules, "typedoc", "bin", "typedoc"), "--out", fresh];
  const status = await runInForeground(userNode, typedoc, { cwd: root });
  if (status !== 0) return status;
  writeStamp(join(fresh, "stamp"), "docs");
  const place = join(root, "output", "docs");
  replaceFolder(fresh, place, ["stamp"]);
  console.log(`Open ${join(place, "index.html")}`);
  return 0;
}
