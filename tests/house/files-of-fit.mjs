// Fits a small model and writes, as its last line, which files of the library that entered: in which of them a function ran, beyond
// what runs when a file is loaded. Once for all of `fit`, from its call to its return, and once for a later step of it alone.
import { Session } from "node:inspector/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../../kernel-setup/setup/places.mjs";

const library = join(root, "lib", "dist");
const { Dataset, fit, tf } = createRequire(import.meta.url)(library);

const SIZE = 64;
const points = (name) =>
  new Dataset({
    name,
    inputs: [{ values: Float32Array.from({ length: 2 * SIZE }, (_, i) => Math.sin(i)), shape: [2], dtype: "float32" }],
    targets: [{ values: Int32Array.from({ length: SIZE }, (_, i) => i % 3), shape: [], dtype: "int32" }],
  });
const [training, validation] = [points("training"), points("validation")];
const model = tf.sequential({
  layers: [
    tf.layers.dense({ units: 8, activation: "relu", inputShape: [2] }),
    tf.layers.dense({ units: 3, activation: "softmax" }),
  ],
});
model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });

// As in a notebook, where the progress is drawn.
globalThis[Symbol.for("cellwise.kernel")] = { display() {}, clearOutput() {}, signal: new AbortController().signal };

const inspector = new Session();
inspector.connect();
await inspector.post("Profiler.enable");
await inspector.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });

/** The files that were entered since the last call. */
async function entered() {
  const { result } = await inspector.post("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => url.startsWith("file:"))
    .map(({ url, functions }) => ({ file: relative(library, fileURLToPath(url)), functions }))
    .filter(({ file }) => !file.startsWith(".."))
    .filter(({ functions }) =>
      // What begins at 0 is the file itself.
      functions.some(({ ranges: [whole] }) => whole.count > 0 && whole.startOffset > 0),
    )
    .map(({ file }) => file.replace(/\.js$/, ""));
}

const steps = [];
await entered();
await fit(model, training, {
  ...{ epochs: 2, batchSize: 16, validation, seed: 1 },
  onBatchEnd: async () => steps.push(await entered()),
});
const all = new Set([...steps.flat(), ...(await entered())]);
console.log(JSON.stringify({ fit: [...all].sort(), step: steps[2].sort() }));
