// What is undone where the code in between is ended by force, of which nothing comes back: no `finally` is run.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { Replacements } from "cellwise/dist/tfjs/replacements";

describe("replacements", () => {
  it("are undone by restore, in reverse order", () => {
    const target = { name: "own" };
    const [outer, inner] = [new Replacements(), new Replacements()];
    outer.replace(target, "name", (name) => `${name}, outer`);
    inner.replace(target, "name", (name) => `${name}, inner`);
    assert.equal(target.name, "own, outer, inner");
    inner.restore();
    assert.equal(target.name, "own, outer");
    outer.restore();
    assert.equal(target.name, "own");
  });

  it("that were left behind are undone at the next turn of the event loop, the last ones first", async () => {
    const target = { name: "own" };
    for (const each of ["outer", "inner"]) new Replacements().replace(target, "name", (name) => `${name}, ${each}`);
    await turn();
    assert.equal(target.name, "own");
    const later = new Replacements();
    later.replace(target, "name", () => "later");
    await turn();
    assert.equal(target.name, "own");
  });

  it("are undone from where they were when that was ended by force", async () => {
    const done: string[] = [];
    const left = new Replacements();
    left.afterwards(() => done.push("first"));
    left.afterwards(() => {
      done.push("second");
      if (done.length === 1) throw new Error("in the middle");
    });
    assert.throws(() => left.restore(), /in the middle/);
    await turn();
    assert.deepEqual(done, ["second", "first"]);
  });
});
