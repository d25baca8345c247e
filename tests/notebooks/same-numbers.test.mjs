// The same numbers twice: what the notebooks printed without a browser (all.test.ts) and in one (tests/browser), compared to
// three digits. Times and memory sizes differ: lines with a unit of either, and cells tagged `measured`, are left out.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { names, root } from "./course.mjs";

const measured = /\d\s*(ms|s|seconds?|min|minutes?|steps\/s|[KMG]i?B)\b/;
const number = /-?\d[\d,]*(\.\d+)?(e[-+]?\d+)?/gi;

describe("a second run with the same seeds", () => {
  for (const name of names) {
    it(`of ${name} gives the same numbers`, function () {
      const [headless, inBrowser] = [join("notebooks", "en"), "browser"].map((path) =>
        join(root, "output", path, name),
      );
      if (!existsSync(headless) || !existsSync(inBrowser)) this.skip(); // no browser here
      const [first, second] = [headless, inBrowser].map(printedBy);
      const differing = [...second].filter(([id, lines]) => !alike(first.get(id) ?? [], lines));
      assert.deepEqual(
        differing.map(([id, lines]) => ({ id, first: first.get(id), second: lines })),
        [],
      );
      assert.ok(second.size > 0, "it printed nothing");
    });
  }

  it("would notice a number that differs in its third digit, and no other", () => {
    assert.ok(alike(["loss 0.12345, 1,000 steps"], ["loss 0.12348, 1,000 steps"]));
    assert.ok(!alike(["loss 0.123"], ["loss 0.124"]));
    assert.ok(!alike(["1,000 steps"], ["1,100 steps"]));
    assert.ok(!alike(["one"], ["one", "two"]));
    assert.ok(!alike(["right"], ["wrong"]));
  });
});

/** The lines that each code cell printed or showed as text, by the cell's id. */
function printedBy(path) {
  const { cells } = JSON.parse(readFileSync(path, "utf8"));
  const found = cells
    .filter(({ cell_type, metadata }) => cell_type === "code" && !metadata.tags?.includes("measured"))
    .map(({ id, outputs }) => [
      id,
      outputs
        .flatMap(({ text, data }) => text ?? [data?.["text/plain"] ?? "", "\n"].flat())
        .join("")
        .split("\n")
        .filter((line) => line !== "" && !measured.test(line)),
    ]);
  return new Map(found.filter(([, lines]) => lines.length > 0));
}

function alike(lines, others) {
  const [numbers, otherNumbers] = [lines, others].map((all) => numbersIn(all.join("\n")));
  const [words, otherWords] = [lines, others].map((all) => all.join("\n").replace(number, "#"));
  return words === otherWords && numbers.every((value, i) => close(value, otherNumbers[i]));
}

function numbersIn(text) {
  return (text.match(number) ?? []).map((digits) => Number(digits.replaceAll(",", "")));
}

/** To three digits; what is nothing but rounding error has none. */
function close(a, b) {
  const most = Math.max(Math.abs(a), Math.abs(b));
  return Math.abs(a - b) <= 1e-3 * most || most < 1e-5;
}
