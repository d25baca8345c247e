// The library computes the same with oneDNN's operations and without, whichever of both this machine runs the tests with: TensorFlow's
// own lack some that oneDNN's have.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { tf } from "cellwise";

const root = join(__dirname, "..", "..", "..");
const SPECS = [
  "lib/tfjs/causal-convolution",
  "lib/tfjs/einsum-gradient",
  "lib/graph/gradients",
  "lib/graph/layers",
  "golden/layers",
];

describe("with oneDNN's operations and without", () => {
  it("layers and gradients are right in the setting that the other tests do not run in, too", function () {
    this.timeout(900_000);
    tf.ones([1]).dispose(); // from here on the variable says what is used
    const other = process.env.TF_ENABLE_ONEDNN_OPTS === "1" ? "0" : "1";
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        join(root, "node_modules", "mocha", "bin", "mocha.js"),
        ...["--no-config", "--reporter", "dot", "--timeout", "900000"],
        // Recurrent layers are products, which the golden layers have too, and take most of the time.
        ...["--grep", "recurrent|lstm|gru|simpleRNN|stacked cells|embeddings", "--invert"],
        ...SPECS.map((spec) => join(root, "tests", "dist", `${spec}.test.js`)),
      ],
      { cwd: root, encoding: "utf8", env: { ...process.env, TF_ENABLE_ONEDNN_OPTS: other } },
    );
    assert.equal(status, 0, `TF_ENABLE_ONEDNN_OPTS=${other}:\n${stdout}${stderr}`);
    assert.match(stdout, /\d{2,} passing/);
  });
});
