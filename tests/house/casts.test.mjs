// Casts tell the compiler what it cannot check. The library has few: a list that must have an item is read by `at`, `tuple` and
// their like (lib/indexing.ts), what tfjs leaves open or keeps private is said in lib/tfjs. What is left belongs to loops over many
// values. The bound may only fall.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../../kernel-setup/setup/places.mjs";

const MOST_CASTS = 340;

/** The casts of a source: `x as T`, but not `as const`; and `x!`, which says as little. */
function castsIn(source) {
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isAsExpression(node) && node.type.getText(file) !== "const") found.push(node.getText(file));
    if (ts.isTypeAssertionExpression(node) || ts.isNonNullExpression(node)) found.push(node.getText(file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

// What says that code reaches for what tfjs keeps private.
const INSIDE_TFJS =
  /\btf\.(getKernel|getGradient)\(|\btf\.engine\(\) as\b|getPrototypeOf\(tf\.|\btf\.\w+\.prototype as\b|\btf\.backend\(\) as\b|\biterations_/g;

describe("the casts of the library", () => {
  const files = readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !/(^|\/)(dist|node_modules)\//.test(name),
  );

  it(`are ${MOST_CASTS} at most`, () => {
    const counts = files.map((file) => [file, castsIn(readFileSync(join(root, "lib", file), "utf8")).length]);
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const most = counts.sort(([, a], [, b]) => b - a).slice(0, 5);
    assert.ok(
      total <= MOST_CASTS,
      `there are ${total}, most of them in ${most.map((one) => one.join(": ")).join(", ")}`,
    );
  });

  it("that reach into tfjs are all in lib/tfjs", () => {
    const others = files.filter((file) => !file.startsWith("tfjs/"));
    const reaching = others.flatMap((file) =>
      [...readFileSync(join(root, "lib", file), "utf8").matchAll(INSIDE_TFJS)].map(([found]) => `${file}: ${found}`),
    );
    assert.deepEqual(reaching, []);
  });

  it("are counted by TypeScript's own parser", () => {
    assert.deepEqual(castsIn("const a = [1] as const; const b = a[0] as unknown as string; // as if\nb!.at(0);"), [
      "a[0] as unknown as string",
      "a[0] as unknown",
      "b!",
    ]);
  });
});
