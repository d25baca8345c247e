// The table of systems: each leads to a work, a notebook and a builder of the course, and says of parameters what the builder counts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as cellwise from "cellwise";
import { withModel } from "../with-model";
import { withoutRandomStarts } from "../zero-starts";

const NOTEBOOKS = join(__dirname, "../../../../notebooks/en");
const COLUMNS = [
  "system",
  "year",
  "notebook",
  "work",
  "builder",
  "parameters",
  "operations",
  "examples",
  "of",
  "source",
];

const counted = (build: () => cellwise.tf.LayersModel): number =>
  withoutRandomStarts(() =>
    withModel(build, ({ trainableWeights }) =>
      trainableWeights.reduce((sum, { shape }) => sum + cellwise.tf.util.sizeFromShape(shape as number[]), 0),
    ),
  );

/** The systems that the course builds in their own sizes: how many parameters that gives. */
const built: Record<string, () => number> = {
  AlexNet: () => counted(() => cellwise.buildAlexNet({ preset: "paper" })),
  "VGG-16": () => counted(() => cellwise.buildVgg({ preset: "vgg16" })),
  GoogLeNet: () => counted(() => cellwise.buildGoogLeNet({ preset: "paper" })),
  "ResNet-50": () => counted(() => cellwise.buildResNet({ preset: "resnet50" })),
  "RCNN-160": () => counted(() => cellwise.buildRecurrentCnn({ preset: "rcnn160" })),
  "DenseNet-121": () => counted(() => cellwise.buildDenseNet({ preset: "densenet121" })),
  // Figure 2 of the paper: two groups of inputs, 24 people and 12 relations, each to six units of its own; then 12, 6 and 24.
  "Family tree": () => 24 * 6 + 12 * 6 + 12 * 12 + 12 * 6 + 6 * 24 + (6 + 6 + 12 + 6 + 24),
  GPT: () => cellwise.gptParameters({ vocabulary: 40_478, length: 512, blocks: 12, width: 768, heads: 12 }),
  "GPT-2": () => cellwise.gptParameters({ vocabulary: 50_257, length: 1024, blocks: 48, width: 1600, heads: 25 }),
  "GPT-3": () => cellwise.gptParameters({ vocabulary: 50_257, length: 2048, blocks: 96, width: 12_288, heads: 96 }),
  "ViT-L/16": () => cellwise.vitParameters({ preset: "large" }),
  "BERT large": () => cellwise.bertParameters({ preset: "large" }),
};

describe("the table of systems", () => {
  let rows: Record<string, unknown>[];
  let references: cellwise.Reference[];
  before(async () => {
    const systems = await cellwise.loadSystems();
    assert.deepEqual(systems.columns, COLUMNS);
    rows = (systems.values as unknown[][]).map((row) => Object.fromEntries(row.map((value, i) => [COLUMNS[i], value])));
    references = await cellwise.loadReferences();
  });
  const faults = (find: (row: Record<string, unknown>) => string | false | undefined): string[] =>
    rows.flatMap((row) => {
      const fault = find(row);
      return fault ? [`${row.system}: ${fault}`] : [];
    });

  it("names each system once, in the order of the years", () => {
    const names = rows.map(({ system }) => system);
    assert.deepEqual(names, [...new Set(names)]);
    const years = rows.map(({ year }) => Number(year));
    assert.deepEqual(
      years,
      years.toSorted((a, b) => a - b),
    );
  });

  it("leads to a work of the bibliography, which is at most two years younger", () => {
    assert.deepEqual(
      faults(({ system, work, year }) => {
        const reference = references.find(({ key }) => key === work);
        if (!reference) return `no work ${work}`;
        const lag = reference.year - Number(year);
        // What GPT is known of stands in the paper on its successor.
        return (lag < 0 || lag > 2) && `shown in ${year}, published in ${reference.year} (${system})`;
      }),
      [],
    );
  });

  it("has for each a builder of the course, and a notebook that calls it", () => {
    assert.deepEqual(
      faults(({ builder, notebook }) => {
        if (!(String(builder) in cellwise)) return `no function ${builder}`;
        const { cells } = JSON.parse(readFileSync(join(NOTEBOOKS, String(notebook)), "utf8")) as {
          cells: { cell_type: string; source: string | string[] }[];
        };
        const code = cells
          .filter(({ cell_type }) => cell_type === "code")
          .map(({ source }) => [source].flat().join(""));
        return !code.some((source) => source.includes(`${builder}(`)) && `${notebook} does not call ${builder}`;
      }),
      [],
    );
  });

  it("says what is counted of what, and where that stands", () => {
    assert.deepEqual(
      faults((row) => {
        for (const name of ["parameters", "operations", "examples"]) {
          const value = row[name];
          if (typeof value !== "number" || value <= 0) return `${name} is ${value}`;
        }
        return (typeof row.of !== "string" || typeof row.source !== "string") && "no unit or no source";
      }),
      [],
    );
  });

  it("has the parameters that the builders count, within a twentieth of what is published", () => {
    const published = new Map(rows.map(({ system, parameters }) => [String(system), Number(parameters)]));
    for (const [system, count] of Object.entries(built)) {
      const [expected, got] = [published.get(system) ?? Number.NaN, count()];
      assert.ok(Math.abs(got / expected - 1) < 0.05, `${system}: ${got} counted, ${expected} published`);
    }
  }).timeout(120_000);
});
