// The one place that loads TensorFlow: everything else in the library, and every notebook, takes `tf` from here.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type * as util from "node:util";
import { mendCompileArguments, mendTrainingConfig } from "./mends/compile";
import { mendOptimizerSlots, mendSecondGradients, mendVariableNames, NODE_FUNCTIONS } from "./mends/engine";
import { mendKeptWeights, mendLayerInputs, mendSharedLayers, mendTrainable } from "./mends/layers";
import { mendCausalConvolution, mendDilatedGradient, mendEinsumGradient, mendExponential } from "./mends/operations";
import { shiftTensorFlowSeeds } from "./mends/seeds";

// Before it is loaded: tfjs-node takes them then.
Object.assign(require("node:util") as typeof util, NODE_FUNCTIONS);

// TensorFlow's informational lines stay out of the terminal and the notebook, unless they are asked for.
process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";

// Set-up has measured whether oneDNN's kernels are faster on this machine (kernel-setup/setup/onednn.mjs). The variable, where it
// is set, is asked first; without either TensorFlow decides.
const decision = join(__dirname, "..", "..", "..", ".setup", "onednn");
if (existsSync(decision)) process.env.TF_ENABLE_ONEDNN_OPTS ??= readFileSync(decision, "utf8").slice(0, 1);

// Two of them come before that setting is heeded (kernel-setup/setup/quiet.cc). An add-on that was there
// before ours comes without it.
const quiet = join(dirname(require.resolve("@tensorflow/tfjs-node/package.json")), "lib", "napi-v8", "quiet.node");
if (existsSync(quiet)) require(quiet);

import * as tf from "@tensorflow/tfjs-node";

const mends = [
  ...[mendSecondGradients, mendTrainable, mendOptimizerSlots, mendVariableNames],
  ...[mendCausalConvolution, mendDilatedGradient, mendEinsumGradient, mendLayerInputs],
  ...[mendExponential, mendCompileArguments, mendTrainingConfig, mendKeptWeights, mendSharedLayers],
];
for (const mend of mends) mend(tf);
shiftTensorFlowSeeds();

export { tf };
