// What may import what, in the library and in the kernel: the lists in CONTRIBUTING.md say it, from root to leaf, and nothing imports
// upwards or in a circle.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { root } from "../../kernel-setup/setup/places.mjs";

/** The rooms of a folder in CONTRIBUTING.md's list, each with its floor; 0 is the root's. */
function floorsOf(folder) {
  const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const [, list] = new RegExp(`\`\`\`text\n${folder}:\n([^\`]+)\`\`\``).exec(text) ?? [];
  assert.ok(list, `CONTRIBUTING.md has no list of ${folder}`);
  const lines = list.trim().split("\n");
  return new Map(
    lines.flatMap((line, floor) =>
      line
        .trim()
        .split(/\s+/)
        .map((room) => [room, floor]),
    ),
  );
}

/** What each file of a folder imports of the others. */
function importsOf(folder) {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !/(^|\/)(dist|node_modules)\//.test(name),
  );
  const targetOf = (file, specifier) => {
    const path = normalize(join(dirname(file), specifier));
    return existsSync(join(root, folder, `${path}.ts`)) ? `${path}.ts` : `${path}/index.ts`;
  };
  const imported = (file) => {
    const source = readFileSync(join(root, folder, file), "utf8");
    return [...source.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]*)"/g)].map(([, specifier]) =>
      targetOf(file, specifier),
    );
  };
  return new Map(files.map((file) => [file, imported(file)]));
}

const roomOf = (file) => file.split("/")[0].replace(/\.ts$/, "");

/** The circles of a graph, each as the nodes that one comes through. */
function circlesIn(graph) {
  const [done, circles] = [new Set(), []];
  const visit = (node, path) => {
    if (path.includes(node)) circles.push([...path.slice(path.indexOf(node)), node]);
    if (path.includes(node) || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return circles;
}

for (const folder of ["lib", "kernel-setup/kernel"]) {
  describe(`the imports of ${folder}`, () => {
    const imports = importsOf(folder);

    it("go downwards only, in the order of CONTRIBUTING.md", () => {
      const floors = floorsOf(folder);
      assert.deepEqual([...new Set([...imports.keys()].map(roomOf))].sort(), [...floors.keys()].sort(), "its rooms");
      const upwards = [...imports].flatMap(([file, targets]) =>
        targets
          .filter((target) => floors.get(roomOf(target)) < floors.get(roomOf(file)))
          .map((to) => `${file} → ${to}`),
      );
      assert.deepEqual(upwards, []);
    });

    it("form no circle, of files or of folders", () => {
      assert.deepEqual(circlesIn(imports), []);
      const folders = new Map([...imports.keys()].map((file) => [dirname(file), new Set()]));
      for (const [file, targets] of imports)
        for (const target of targets)
          if (dirname(target) !== dirname(file)) folders.get(dirname(file)).add(dirname(target));
      // What lies beside the folders, index.ts on the top and the leaves, has its floors.
      folders.delete(".");
      assert.deepEqual(circlesIn(folders), []);
    });
  });
}

describe("the check of imports", () => {
  it("finds a circle wherever it begins", () => {
    const graph = new Map(Object.entries({ a: ["b"], b: ["c", "d"], c: [], d: ["b"] }));
    assert.deepEqual(circlesIn(graph), [["b", "d", "b"]]);
  });
});
