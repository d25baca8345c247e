// tfjs-node's native add-on, built from the two C++ sources in its npm package against TensorFlow's C library.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ask, run } from "./command.mjs";
import { removeFolder, replaceFolder, temporaryFolder } from "./own-folders.mjs";
import { addOn, nodeModules, root, setupFolder, tensorflow, tfjsNode, userNode } from "./places.mjs";
import { compiler } from "./prerequisites.mjs";
import { Problem } from "./problem.mjs";
import { digest, readStamp, writeStamp } from "./stamp.mjs";
import { wheelForThisMachine } from "./wheels.mjs";

const binding = join(addOn, "tfjs_binding.node");
const quietSource = join(setupFolder, "quiet.cc");
const stamp = join(addOn, "stamp");
/** What an add-on that we did not build was tried with, and works. */
const foundStamp = join(addOn, "found");
const marks = ["stamp"];

// The add-on finds the libraries from its own place.
const here = process.platform === "darwin" ? "@loader_path" : "$ORIGIN";
const runPath = `-Wl,-rpath,${here}/${relative(addOn, join(tensorflow, "lib"))}`;

function sources() {
  const folder = join(tfjsNode, "binding");
  return readdirSync(folder).map((name) => join(folder, name));
}

const sourcesDigest = () =>
  digest({
    files: [...sources(), quietSource, join(setupFolder, "add-on.mjs")],
    values: [wheelForThisMachine()?.sha256, root],
  });

const PROBE = `
const util = require("node:util");
util.isNullOrUndefined = (value) => value === null || value === undefined;
util.isArray = Array.isArray;
const tf = require(${JSON.stringify(tfjsNode)});
const four = tf.matMul(tf.ones([2, 4]), tf.ones([4, 2])).dataSync()[3];
if (four !== 4) throw new Error("1+1+1+1 gave " + four);
console.log("TensorFlow " + tf.backend().binding.TF_Version);
`;

/** Loads the add-on in a process of its own and multiplies two matrices. */
export function tryAddOn() {
  if (!existsSync(binding)) return { ok: false, text: `${binding} is not there` };
  const { ok, text } = ask(userNode, ["-e", PROBE], { env: { TF_CPP_MIN_LOG_LEVEL: "2" } });
  return { ok, text: ok ? (text.split("\n").pop() ?? "") : text };
}

/** What an add-on that we did not build was tried with: when that has changed, it is tried again. */
function circumstances() {
  const { size, mtimeMs } = statSync(binding);
  return `${size} ${mtimeMs} ${existsSync(join(tensorflow, "stamp")) ? "with" : "without"} .tensorflow`;
}

/** @type {boolean | undefined} */
let works;

/**
 * Whether a working add-on is there: ours, by its stamp; or another's (npm's own installer, a build by hand), by a trial.
 */
export function addOnWorks() {
  if (!existsSync(binding)) return false;
  const value = readStamp(stamp);
  if (value === sourcesDigest()) return existsSync(join(tensorflow, "stamp"));
  const untried = value === `untried ${sourcesDigest()}`;
  if (value !== undefined && !untried) return false; // ours, of older sources
  const found = circumstances();
  if (!untried && readStamp(foundStamp) === found) return true;
  works ??= tryAddOn().ok;
  if (works) writeStamp(untried ? stamp : foundStamp, untried ? sourcesDigest() : found);
  return works;
}

/** @type {import("./steps.mjs").Step} */
export const nativeAddOn = {
  name: "TensorFlow add-on for Node",
  megabytes: 10,
  isDone: addOnWorks,
  async run() {
    const { path, ok, found, remedy } = compiler();
    if (!ok || !path) throw new Problem(`C++ compiler: ${found}. ${remedy}`);
    const wheel = wheelForThisMachine();
    if (!wheel) throw new Problem(`There is no TensorFlow for ${process.platform} ${process.arch}.`);
    const half = temporaryFolder("add-on");
    const shared = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared", "-fPIC"];
    const common = [
      "-std=c++17",
      "-O2",
      ...shared,
      "-DNAPI_VERSION=8",
      `-I${join(nodeModules, "node-api-headers", "include")}`,
      runPath,
    ];
    const libraries = wheel.libraries.map((name) => join(tensorflow, "lib", name));
    const cpp = sources().filter((name) => name.endsWith(".cc"));
    const headers = [`-I${join(nodeModules, "@tensorflow")}`, `-I${join(tensorflow, "include")}`];
    await run(path, [...common, ...headers, ...cpp, ...libraries, "-o", join(half, "tfjs_binding.node")], {
      log: "add-on",
    });
    const framework = wheel.libraries.find((name) => name.includes("framework"));
    const named = process.platform === "darwin" ? `@rpath/${framework}` : framework;
    const quiet = [`-DTENSORFLOW_FRAMEWORK="${named}"`, quietSource, "-ldl", "-o", join(half, "quiet.node")];
    await run(path, [...common, ...quiet], { log: "add-on" });
    // It has to stand in its place to be tried: killed in between, the next run knows that it was not.
    writeStamp(join(half, "stamp"), `untried ${sourcesDigest()}`);
    replaceFolder(half, addOn, marks);
    const trial = tryAddOn();
    if (!trial.ok) {
      removeFolder(addOn, marks);
      throw new Problem(`The add-on was built but does not load:\n${trial.text}`);
    }
    writeStamp(stamp, sourcesDigest());
    return trial.text;
  },
};
