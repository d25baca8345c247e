// `npm run doctor`: every part of the course's environment, its version, and OK or what to do.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { tryAddOn } from "./add-on.mjs";
import { libraryAndKernel } from "./build.mjs";
import { ask } from "./command.mjs";
import { dataFiles } from "./data.mjs";
import { jupyterEnvironment } from "./jupyter.mjs";
import { installKernelspec } from "./kernelspec.mjs";
import { largerWeights } from "./models.mjs";
import { npmPackages } from "./npm-packages.mjs";
import { describeOneDnn } from "./onednn.mjs";
import { root, venvPython } from "./places.mjs";
import { compiler, disk, node, platform, python } from "./prerequisites.mjs";
import { tensorflowLibraries } from "./tensorflow.mjs";

/** @typedef {import("./prerequisites.mjs").Part} Part */

const setItUp = "Run: npm run setup";
const WORKING_SPACE_MB = 200;

/** @param {string} name @returns {Part} */
function npmPackage(name) {
  try {
    const file = createRequire(join(root, "lib", "package.json")).resolve(`${name}/package.json`);
    return { name, ok: true, found: JSON.parse(readFileSync(file, "utf8")).version };
  } catch {
    const file = join(root, "node_modules", name, "package.json"); // where a package does not export its own
    if (existsSync(file)) return { name, ok: true, found: JSON.parse(readFileSync(file, "utf8")).version };
    return { name, ok: false, found: "not installed", remedy: setItUp };
  }
}

/** @param {string} name @param {string} distribution @returns {Part} */
function pythonPackage(name, distribution) {
  const code = `import importlib.metadata as m; print(m.version(${JSON.stringify(distribution)}))`;
  const { ok, text } = existsSync(venvPython) ? ask(venvPython, ["-c", code]) : { ok: false, text: "" };
  return ok ? { name, ok, found: text } : { name, ok, found: "not installed", remedy: setItUp };
}

/** @param {import("./steps.mjs").Step} step @param {string} name @returns {Part} */
function result(step, name) {
  let ok = false;
  try {
    ok = step.isDone();
  } catch {
    // what it is made from is missing too
  }
  return ok ? { name, ok, found: "up to date" } : { name, ok, found: "missing or out of date", remedy: setItUp };
}

/** @returns {Part} */
function addOn() {
  const { ok, text } = tryAddOn();
  return {
    name: "TensorFlow add-on",
    ok,
    found: ok
      ? text
      : `does not load: ${text.split("\n").find((line) => line.includes("Error:")) ?? text.split("\n")[0]}`,
    ...(ok ? {} : { remedy: setItUp }),
  };
}

const KERNEL_PROBE = `
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="tslab", startup_timeout=300)
try:
    seen = []
    client.execute_interactive("20 + 22", timeout=300, output_hook=lambda m: seen.append(str(m["content"])))
    assert any("42" in text for text in seen), "20 + 22 was answered with %r" % seen
finally:
    client.stop_channels()
    manager.shutdown_kernel()
`;

/** @returns {Part} */
function kernel() {
  const name = "Kernel tslab";
  const { ok, text } = existsSync(venvPython)
    ? ask(venvPython, ["-c", KERNEL_PROBE], { env: jupyterEnvironment })
    : { ok: false, text: "no Python environment" };
  return ok
    ? { name, ok, found: "starts and computes" }
    : { name, ok, found: text.split("\n").pop() ?? "", remedy: setItUp };
}

/** @returns {Promise<number>} 1 where a part is not as it should be */
export async function main() {
  const parts = [
    platform(),
    node(),
    python(),
    compiler(),
    disk(WORKING_SPACE_MB),
    result(npmPackages, "npm packages"),
    ...["tslab", "@tensorflow/tfjs-node", "danfojs-node", "plotly.js-dist", "mocha"].map(npmPackage),
    result(tensorflowLibraries, "TensorFlow libraries"),
    result(dataFiles, "Data sets and weights"),
    largerWeights(),
    addOn(),
    { name: "oneDNN's kernels", ok: true, found: describeOneDnn() },
    result(libraryAndKernel, "Library and kernel"),
    pythonPackage("JupyterLab", "jupyterlab"),
    pythonPackage("Plotly for JupyterLab", "plotly"),
    pythonPackage("nbclient", "nbclient"),
    result(installKernelspec, "Kernel specification"),
    kernel(),
  ];
  const width = Math.max(...parts.map(({ name }) => name.length));
  for (const { name, ok, found, remedy } of parts) {
    console.log(
      `${ok ? "OK  " : "FAIL"}  ${name.padEnd(width)}  ${found}${remedy ? `\n${" ".repeat(width + 8)}${remedy}` : ""}`,
    );
  }
  const failed = parts.filter((part) => !part.ok).length;
  console.log(failed === 0 ? "\nEverything is in place." : `\n${failed} of ${parts.length} parts need attention.`);
  return failed === 0 ? 0 : 1;
}
