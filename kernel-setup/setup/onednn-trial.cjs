// Trains a small convolutional network on noise and prints the processor time of its steps in milliseconds. A process of its own:
// TensorFlow reads TF_ENABLE_ONEDNN_OPTS once, when it is loaded.
const util = require("node:util");
util.isNullOrUndefined = (value) => value === null || value === undefined;
util.isArray = Array.isArray;

/** @type {typeof import("@tensorflow/tfjs-node")} */
const tf = require(process.argv[2] ?? "@tensorflow/tfjs-node");

const STEPS = 12;
const WARM_UP = 3;

const images = tf.randomNormal([32, 28, 28, 1], 0, 1, "float32", 1);
const weights = [
  tf.variable(tf.randomNormal([3, 3, 1, 32], 0, 0.1, "float32", 2)),
  tf.variable(tf.randomNormal([3, 3, 32, 64], 0, 0.1, "float32", 3)),
  tf.variable(tf.randomNormal([7 * 7 * 64, 128], 0, 0.1, "float32", 4)),
];

function step() {
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      let values = images;
      for (const kernel of weights.slice(0, 2)) {
        values = tf.maxPool(tf.relu(tf.conv2d(values, kernel, 1, "same")), 2, 2, "same");
      }
      return tf.mean(tf.square(tf.matMul(values.reshape([32, -1]), weights[2])));
    });
    for (const [index, weight] of weights.entries()) {
      weight.assign(tf.sub(weight, tf.mul(1e-3, Object.values(grads)[index])));
    }
  });
}

for (let i = 0; i < WARM_UP; i++) step();
const start = process.cpuUsage();
for (let i = 0; i < STEPS; i++) step();
const { user, system } = process.cpuUsage(start);
console.log((user + system) / 1000);
