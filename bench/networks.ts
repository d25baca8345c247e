// The networks of tfjs-layers' own layers: the article's CNN and the recurrent ones.
import { tf } from "cellwise";
import { BATCH, type Network, TIME, VOCABULARY, WIDTH } from "./work";

const { layers: l } = tf;

function cnn(): tf.LayersModel {
  return tf.sequential({
    layers: [
      l.conv2d({ filters: 32, kernelSize: 3, activation: "relu", inputShape: [28, 28, 1] }),
      l.maxPooling2d({ poolSize: 2 }),
      l.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      l.maxPooling2d({ poolSize: 2 }),
      l.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      l.flatten(),
      l.dense({ units: 64, activation: "relu" }),
      l.dense({ units: 10, activation: "softmax" }),
    ],
  });
}

function recurrent(layer: (options: { units: number; returnSequences: true }) => tf.layers.Layer): tf.LayersModel {
  return tf.sequential({
    layers: [
      l.embedding({ inputDim: VOCABULARY, outputDim: WIDTH, inputLength: TIME }),
      layer({ units: WIDTH, returnSequences: true }),
      l.dense({ units: VOCABULARY, activation: "softmax" }),
    ],
  });
}

/** A model, compiled with Adam and sparse categorical cross-entropy. */
export function buildNetwork(network: Exclude<Network, "gpt">): tf.LayersModel {
  const build = {
    cnn,
    rnn: () => recurrent(l.simpleRNN),
    lstm: () => recurrent((options) => l.lstm({ ...options, recurrentActivation: "sigmoid" })),
    gru: () => recurrent((options) => l.gru({ ...options, recurrentActivation: "sigmoid" })),
  }[network];
  const model = build();
  model.compile({ optimizer: tf.train.adam(0.001), loss: "sparseCategoricalCrossentropy" });
  return model;
}

/** One batch of the shapes that a network is trained on. */
export function batchFor(network: Network): [inputs: tf.Tensor, targets: tf.Tensor] {
  if (network === "cnn") {
    return [
      tf.randomUniform([BATCH, 28, 28, 1], 0, 1, "float32", 1),
      tf.tidy(() => tf.range(0, BATCH).mod(10).expandDims(1)),
    ];
  }
  const text = (seed: number) => tf.tidy(() => tf.randomUniform([BATCH, TIME], 0, VOCABULARY, "float32", seed).floor());
  return [text(1), tf.tidy(() => text(2).expandDims(2))];
}
