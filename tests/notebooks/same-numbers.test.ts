// What counts as the same numbers twice; the notebooks themselves are compared in tests/browser/live.test.ts.
import assert from "node:assert/strict";
import { alike } from "./same-numbers.js";

describe("comparing two runs of a notebook", () => {
  it("notices a number that differs in its third digit, and no other", () => {
    assert.ok(alike(["loss 0.12345, 1,000 steps"], ["loss 0.12348, 1,000 steps"]));
    assert.ok(!alike(["loss 0.123"], ["loss 0.124"]));
    assert.ok(!alike(["1,000 steps"], ["1,100 steps"]));
    assert.ok(!alike(["one"], ["one", "two"]));
    assert.ok(!alike(["right"], ["wrong"]));
  });
});
