// The bench without its engines: what it takes from the command line, how it takes turns, what its tables say, and that the
// Python side has the same networks and sizes.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import batches from "../../bench/dist/batches.js";
import engines from "../../bench/dist/engines.js";
import measuring from "../../bench/dist/measure.js";
import options from "../../bench/dist/options.js";
import report from "../../bench/dist/report.js";
import sides from "../../bench/dist/side.js";
import work from "../../bench/dist/work.js";
import { root } from "../../kernel-setup/setup/places.mjs";

const { fastestOf, measure, median, quotient } = measuring;
const peers = join(root, "bench", "peers");
const read = (/** @type {string} */ name) => readFileSync(join(peers, name), "utf8");

/**
 * An engine whose rounds take these milliseconds; the first two times, before the rounds, take 100.
 *
 * @param {number[]} rounds
 * @param {{ parameters?: number, turns?: string[], name?: string }} [about]
 */
function side(rounds, { parameters = 1000, turns = [], name = "" } = {}) {
  const answers = [100, 100, ...rounds];
  return {
    async run() {
      const milliseconds = answers.shift();
      if (milliseconds === undefined) throw new Error("no more");
      turns.push(name);
      return { milliseconds, loss: 1, parameters, peak: 1 };
    },
  };
}

describe("The bench", () => {
  it("takes rows, peers and rounds; all without", () => {
    const asked = options.readOptions(["--row", "resnet,gpt", "--peers", "torch", "--peers", "keras", "--rounds", "3"]);
    assert.deepEqual(asked.rows, ["resnet", "gpt"]);
    assert.deepEqual(asked.engines, [
      "cellwise",
      "keras",
      "keras-onednn",
      "keras-xla",
      "keras-jax",
      "torch",
      "torch-tuned",
      "torch-compile",
    ]);
    assert.equal(asked.rounds, 3);
    assert.equal(asked.all, false);
    const all = options.readOptions([]);
    assert.deepEqual([all.rows, all.engines, all.all], [work.ROWS, engines.ENGINE_NAMES, true]);
  });

  it("names what there is when it is asked for what there is not", () => {
    assert.throws(() => options.readOptions(["--row", "vgg"]), /There is no row vgg; there are mlp, cnn, .*memory:8/);
    assert.throws(() => options.readOptions(["--peers", "mxnet"]), /There is no peer mxnet; there are .*jax, torch/);
    assert.throws(() => options.readOptions(["--rounds", "0"]), /--rounds 0: expected a whole number from 1/);
  });

  it("takes turns, and measures what is too slow three times only", async () => {
    /** @type {string[]} */
    const turns = [];
    const names = /** @type {const} */ (["cellwise", "torch", "keras"]);
    const [ours, fast, slow] = [
      [10, 12, 10, 11, 10],
      [20, 20, 20, 20, 20],
      [31, 31, 31, 31, 31],
    ].map((rounds, place) => side(rounds, { turns, name: names[place] }));
    const { rounds, leftOut } = await measure(
      new Map(Object.entries({ cellwise: ours, torch: fast, keras: slow })),
      "gpt",
      5,
    );
    assert.deepEqual(turns.slice(6), [...names, ...names, ...names, "cellwise", "torch", "cellwise", "torch"]);
    assert.deepEqual(rounds.get("keras"), [31, 31, 31]);
    assert.equal(fastestOf(rounds), "torch");
    assert.equal(quotient(rounds, "cellwise", "torch"), 0.5);
    assert.equal(leftOut.size, 0);
  });

  it("goes on without a peer that fails, at its start or later, or that has another size", async () => {
    const all = {
      cellwise: side([1, 1]),
      torch: side([1]),
      keras: side([1, 1], { parameters: 1030 }),
      jax: { run: () => Promise.reject(new Error("no compiler")) },
    };
    const { rounds, leftOut } = await measure(new Map(Object.entries(all)), "mlp", 2);
    assert.deepEqual([...rounds.keys()], ["cellwise"]);
    assert.deepEqual(Object.fromEntries(leftOut), {
      torch: "no more",
      keras: "it trains 1030 weights, Cellwise 1000",
      jax: "no compiler",
    });
    assert.deepEqual(
      report.leftOutLines([{ row: "mlp", rounds, first: 1, leftOut: new Map([["jax", "no compiler"]]) }]),
      ["- JAX: no compiler (mlp)"],
    );
  });

  it("says why an engine did not start", async () => {
    await assert.rejects(sides.Side.start("jax", join(root, "no", "python")), /it ended before it answered \(.*ENOENT/);
    // Node understands no Python: the program ends, with words on its error output.
    await assert.rejects(sides.Side.start("jax", process.execPath), /it ended before it answered \(.+\)/);
  });

  it("has Cellwise train, write and say what it cannot do", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    process.env[batches.FOLDER_VARIABLE] = folder;
    await batches.writeBatches(folder);
    const { side: ours, greeting } = await sides.Side.start("cellwise", "python");
    try {
      assert.match(greeting.version, /^TensorFlow\.js 4\..*, Node v/);
      const step = await ours.run("mlp", 1);
      assert.equal(step.parameters, 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10);
      assert.ok(Math.abs(step.loss - Math.log(10)) < 0.5, `${step.loss}`);
      assert.ok(step.milliseconds > 0 && step.peak > 0);
      assert.ok((await ours.run("first:gpt", 1)).milliseconds > 0);
      await assert.rejects(ours.run("vgg", 1), /there is no row vgg/);
      assert.ok((await ours.run("mlp", 1)).loss < step.loss + 0.5);
    } finally {
      ours.stop();
      delete process.env[batches.FOLDER_VARIABLE];
      rmSync(folder, { recursive: true });
    }
  });

  it("compares with the fastest of all peers, in results.md and README.md", () => {
    const rounds = new Map([
      ["cellwise", [4, 6, 5]],
      ["tfjs", [50, 50, 50]],
      ["keras", [12, 12, 12]],
      ["keras-jax", [9, 9, 9]],
      ["torch", [11, 11, 11]],
      ["torch-compile", [10, 10, 10]],
    ]);
    const measured = { row: "mlp", rounds, first: 123.4, leftOut: new Map() };
    const columns = ["cellwise", "tfjs", "keras", "jax", "keras-jax"];
    assert.equal(
      report.stepsLine(measured, columns),
      "| MLP, 784–256–128–10 | 5.00 (4.00–6.00) | 50.0 (50.0–50.0) | 12.0 (12.0–12.0) | – | 9.00 (9.00–9.00) | " +
        "0.56 (Keras on JAX) | 0.10 | 123 |",
    );
    const predicted = {
      ...measured,
      row: "predict:mlp",
      rounds: new Map([
        ["cellwise", [100]],
        ["torch", [50]],
      ]),
    };
    assert.equal(
      report.othersLine(predicted, ["cellwise", "torch"]),
      "| the MLP, predictions | images/s | 100000 | 200000 | 2.00 (PyTorch) |",
    );
    assert.equal(
      report.readmePart([measured], "a processor").at(-1),
      "| MLP, 784–256–128–10 | **5.00** | 50.0 | 12.0 | 10.0 | 9.00 | 0.56 |",
    );
    assert.equal(median([3, 1, 2]), 2);
  });

  it("is shown in README.md as it was measured", () => {
    const numbers = (/** @type {string} */ text) =>
      [...text.matchAll(/^\| .*? \| \**([\d.]+)\**(?: \([\d.]+–[\d.]+\))? \|.*$/gm)].map(([, ours]) => ours);
    const [, shown = ""] =
      /<!-- bench -->([\s\S]*)<!-- end of bench -->/.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
    const results = readFileSync(join(root, "bench", "results.md"), "utf8");
    const ours = numbers(shown);
    assert.ok(ours.length > 10);
    assert.deepEqual(numbers(results).slice(0, ours.length), ours);
  });

  it("has every network in Keras and PyTorch too, of the same sizes", () => {
    const named = (/** @type {string} */ file, /** @type {string} */ network) =>
      new RegExp(`"${network}"`).test(read(file).slice(read(file).indexOf("BUILDERS = {")));
    for (const network of Object.keys(work.NETWORKS)) {
      for (const file of ["keras_networks.py", "torch_networks.py"])
        assert.ok(named(file, network), `${network} in ${file}`);
    }
    const sizes = read("work.py");
    const { VOCABULARY, TIME, BATCH, WIDTH, HEADS, BLOCKS, WORD } = work;
    assert.ok(sizes.includes(`WORD = ${[VOCABULARY, TIME, BATCH, WIDTH, HEADS, BLOCKS, WORD].join(", ")}\n`));
    assert.ok(sizes.replaceAll("_", "").includes(`= ${work.IMAGES}, ${work.PREDICTED}, 256\n`));
    for (const engine of engines.ENGINE_NAMES) {
      const [file] = engines.ENGINES[engine].program;
      if (file.endsWith(".py")) assert.ok(read(file).includes("serve("), file);
    }
  });
});
