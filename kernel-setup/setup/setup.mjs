// Set-up: a list of steps, each done once and again when what it is made from has changed.
import { nativeAddOn } from "./add-on.mjs";
import { libraryAndKernel } from "./build.mjs";
import { dataFiles } from "./data.mjs";
import { installKernelspec } from "./kernelspec.mjs";
import { npmPackages } from "./npm-packages.mjs";
import { oneDnn } from "./onednn.mjs";
import { removeCache } from "./own-folders.mjs";
import { compiler, disk, platform, python } from "./prerequisites.mjs";
import { Problem } from "./problem.mjs";
import { Reporter, seconds } from "./progress.mjs";
import { createEnvironment, jupyterPackages } from "./python-environment.mjs";
import { openUmask, readableForOthers } from "./readable.mjs";
import { registries } from "./registries.mjs";
import { runSteps } from "./steps.mjs";
import { tensorflowLibraries } from "./tensorflow.mjs";

const steps = [
  createEnvironment,
  registries([npmPackages, jupyterPackages, tensorflowLibraries, dataFiles]),
  npmPackages,
  jupyterPackages,
  tensorflowLibraries,
  dataFiles,
  nativeAddOn,
  oneDnn,
  libraryAndKernel,
  installKernelspec,
  readableForOthers,
];

/** @param {import("./steps.mjs").Step[]} due */
function checkTheMachine(due) {
  const parts = [platform()];
  if (due.includes(createEnvironment)) parts.push(python());
  if (due.includes(nativeAddOn)) parts.push(compiler());
  parts.push(disk(due.reduce((sum, step) => sum + step.megabytes, 0)));
  const missing = parts.filter((part) => !part.ok);
  if (missing.length === 0) return;
  const lines = missing.map(({ name, found, remedy }) => `  ${name}: ${found}.\n    ${remedy}`);
  throw new Problem(`Set-up cannot start yet. Nothing was downloaded.\n${lines.join("\n")}`);
}

/**
 * Brings the checkout to where the course runs. Does nothing, in a moment, where it already does.
 *
 * @throws {Problem} what is missing, or which step failed and how
 */
export async function setUp() {
  const report = new Reporter();
  const start = Date.now();
  const closeUmask = openUmask();
  try {
    if ((await runSteps(steps, report, checkTheMachine)) === 0) return;
    removeCache();
  } finally {
    closeUmask();
  }
  report.line(`Set-up is complete: ${seconds(Date.now() - start)}.`);
}

/** `npm run setup` */
export async function main() {
  await setUp();
  console.log("Everything is in place. Open the notebooks with: npm start");
  return 0;
}
