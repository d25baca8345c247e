// When an add-on counts as working: ours by its stamp, another's by a trial, and by a new one when something has changed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setupFolder } from "../../kernel-setup/setup/places.mjs";

describe("the add-on of tfjs-node", () => {
  /** @type {string} */
  let checkout;
  /** @type {string} */
  let tfjs;

  // A checkout with a package in the place of tfjs-node that works as long as its file `native` is there.
  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), "cellwise-add-on-"));
    cpSync(setupFolder, join(checkout, "kernel-setup", "setup"), { recursive: true });
    tfjs = join(checkout, "node_modules", "@tensorflow", "tfjs-node");
    mkdirSync(join(tfjs, "lib", "napi-v8"), { recursive: true });
    mkdirSync(join(tfjs, "binding"));
    writeFileSync(join(tfjs, "binding", "a.cc"), "");
    writeFileSync(join(tfjs, "lib", "napi-v8", "tfjs_binding.node"), "");
    writeFileSync(join(tfjs, "native"), "");
    writeFileSync(
      join(tfjs, "index.js"),
      `require("node:fs").readFileSync(__dirname + "/native");
       module.exports = {
         ones: () => {},
         matMul: () => ({ dataSync: () => [4, 4, 4, 4] }),
         backend: () => ({ binding: { TF_Version: "2" } }),
       };`,
    );
  });
  afterEach(() => rmSync(checkout, { recursive: true, force: true }));

  const works = () => {
    const module = pathToFileURL(join(checkout, "kernel-setup", "setup", "add-on.mjs")).href;
    const script = `import { addOnWorks } from ${JSON.stringify(module)}; console.log(addOnWorks());`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    assert.ok(stdout, stderr);
    return stdout.trim() === "true";
  };
  const stamp = () => join(tfjs, "lib", "napi-v8", "stamp");

  it("is taken as it is where another one works, and remembered", () => {
    assert.equal(works(), true);
    assert.ok(existsSync(join(tfjs, "lib", "napi-v8", "found")));
    assert.equal(existsSync(stamp()), false, "it is not ours to replace");
    assert.equal(works(), true);
  });

  it("is not taken where it does not work", () => {
    rmSync(join(tfjs, "native"));
    assert.equal(works(), false);
    assert.equal(existsSync(stamp()), false);
  });

  it("is tried again when TensorFlow's libraries have gone, or it is another file", () => {
    mkdirSync(join(checkout, ".tensorflow"));
    writeFileSync(join(checkout, ".tensorflow", "stamp"), "");
    assert.equal(works(), true);
    rmSync(join(tfjs, "native"));
    rmSync(join(checkout, ".tensorflow"), { recursive: true });
    assert.equal(works(), false);
    writeFileSync(join(tfjs, "native"), "");
    assert.equal(works(), true);
    rmSync(join(tfjs, "native"));
    writeFileSync(join(tfjs, "lib", "napi-v8", "tfjs_binding.node"), "changed");
    assert.equal(works(), false);
  });

  it("of ours is built again from changed sources, and tried when its build was killed before the trial", () => {
    mkdirSync(join(checkout, ".tensorflow"));
    writeFileSync(join(checkout, ".tensorflow", "stamp"), "");
    writeFileSync(stamp(), "digest of older sources\n");
    assert.equal(works(), false);
    writeFileSync(stamp(), "untried digest of older sources\n");
    assert.equal(works(), false);
  });
});
