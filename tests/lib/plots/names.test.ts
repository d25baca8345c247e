// Names and numbers in figures and tables are as they are written: no markup, number or date is read into a name, and no digit is
// lost that tells two values apart. (tests/browser/names.test.ts looks at what is drawn.)
import { strict as assert } from "node:assert";
import { bars, confusionMatrix, type Figure, forecast, lines, type Places } from "cellwise";
import { roundSeries } from "cellwise/dist/plots/figure/digits";
import { bundleOf } from "cellwise/dist/plots/figure/displayable";
import { tableText } from "cellwise/dist/plots/figure/table";
import { problems } from "../plotly";
import { figuresOf, NAMES } from "./awkward-names";

/** Every text that Plotly draws: not the names of frames, by which sliders call them, nor colours and the like. */
function textsOf(value: unknown, key = ""): string[] {
  if (typeof value === "string") return DRAWN.has(key) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => textsOf(one, key));
  return Object.entries(value).flatMap(([name, one]) => {
    if (name === "frames") return (one as { data?: unknown }[]).flatMap(({ data }) => textsOf(data, "data"));
    return name === "args" ? [] : textsOf(one, name);
  });
}

const DRAWN = new Set(["x", "y", "text", "hovertext", "name", "label", "prefix", "ticktext", "hovertemplate"]);

/** What Plotly makes of a text: the tags that it knows are gone, then its entities are what they stand for. */
const drawn = (text: string): string =>
  text
    .replace(/<\/?(br|b|i|s|sub|sup|a|em|span|u|extra)( [^>]*)?\/?>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

describe("names in figures", () => {
  it("are drawn as they are written, in every figure that has any", () => {
    for (const [start, count] of [
      [0, 9],
      [9, 10],
      [19, NAMES.length - 19],
    ] as const) {
      const names = NAMES.slice(start, start + count);
      for (const [kind, figure] of Object.entries(figuresOf(names))) {
        const texts = textsOf(figure);
        const seen = texts.map((text) => drawn(text).replace(/\u200B/g, ""));
        const [one = ""] = names;
        const missing = names.filter(
          (name) => name !== one && ALL_NAMES.has(kind) && !seen.some((text) => has(text, name)),
        );
        assert.deepEqual(missing, [], kind);
        if (!NAMELESS.has(kind))
          assert.ok(
            seen.some((text) => has(text, one)),
            `${kind}: ${one} in ${texts}`,
          );
        // The axes of a scene know neither.
        for (const text of kind === "surface" ? [] : texts) {
          assert.doesNotMatch(text, /\$.*\$/, `${kind}: a formula`);
          assert.doesNotMatch(text, /%\{x\}$|100 %\{y/, `${kind}: a template`);
        }
        assert.deepEqual(problems(figure), [], kind);
      }
    }
  });

  it("have their own lines, each broken only where it is too long itself", () => {
    const [bar] = bars({ "recurrent network\n19,834 weights\n12.6 MFLOPs": 1 }, { yTitle: "right" }).data;
    const x = (bar as unknown as { x: string[] }).x;
    assert.deepEqual(x, ["recurrent network<br>19,834 weights<br>12.6 MFLOPs"]);
  });

  it("never become numbers or dates on an axis", () => {
    const titles = { xTitle: "gene", yTitle: "value" };
    for (const [names, type] of [
      [["1E1", "2A1", "3E2"], "category"],
      [["1", "2", "10"], "category"],
      [["1,000", "2,000"], "category"],
      [["2020-01-01", "in all"], "category"],
      [["", "a"], "category"],
      [["2020-01-01", "2020-02-01"], "date"], // what the documentation says are dates
      [["2020-01", "2020-02"], "date"],
      [[new Date(0), new Date(1)], "date"],
      [[1, 2], "linear"],
      [Float32Array.of(1, 2), "linear"],
    ] as const) {
      const x = names as unknown as Places;
      const values = Array.from(x as ArrayLike<unknown>, (_, i) => i);
      assert.equal(lines({ a: values }, { ...titles, x }).layout.xaxis?.type, type, String(names));
      assert.equal(forecast(x, values, { a: values }, titles).layout.xaxis?.type, type);
    }
    assert.equal(bars({ "2020-01-01": 1, "1E1": 2 }, titles).layout.xaxis?.type, "category");
  });

  it("stand apart in a confusion matrix where two classes are called alike", () => {
    const [trace] = confusionMatrix([0, 1, 1], [0, 1, 0], ["a", "a"]).data as { x: string[] }[];
    assert.equal(new Set(trace?.x).size, 2);
  });

  it("are plain text where there is no figure", () => {
    const text = bundleOf(bars({ a: 1 }, { yTitle: "y", title: "<s> & $a$" }))["text/plain"];
    assert.equal(text, "[Figure: <s> & $a$ (1 trace: bar)]");
  });
});

/** Figures that write names of layers only, for which tfjs takes none of these. */
const NAMELESS = new Set(["filters", "maps"]);

/** Figures that write all of their names, not the first two only. */
const ALL_NAMES = new Set([
  "bars",
  "bars in groups",
  "lines",
  "lines over names",
  "forecast",
  "histograms",
  "confusion",
  "images",
]);

function has(text: string, name: string): boolean {
  // Blanks of tokens are signs.
  return text.replaceAll("␣", " ").includes(name);
}

describe("numbers in figures and tables", () => {
  const valuesOf = (figure: Figure) => figure.data[0] as unknown as { y: number[]; text?: string[] };

  it("are whole before the point, and have the digits by which they differ", () => {
    assert.deepEqual(roundSeries([1234567, 93322, 1 / 3]), [1234567, 93322, 0.33333]);
    assert.deepEqual(roundSeries([101325.12, 101325.16]), [101325.12, 101325.16]);
    assert.deepEqual(roundSeries([1000.001, 1000.002, null, Number.NaN]), [1000.001, 1000.002, null, null]);
    assert.deepEqual(roundSeries([16777217]), [16777217]);
    assert.deepEqual(roundSeries([0.1 + 0.2, 0.3]), [0.3, 0.3]);
  });

  it("are written so over bars", () => {
    const written = (values: Record<string, number>) => valuesOf(bars(values, { yTitle: "y" })).text;
    assert.deepEqual(written({ a: 93_322, b: 1_234_567 }), ["93,322", "1,234,567"]);
    assert.deepEqual(written({ a: 0.98765, b: 0.98812 }), ["0.9877", "0.9881"]);
    assert.deepEqual(written({ a: 1 / 3, b: 2 / 3 }), ["0.333", "0.667"]);
    assert.deepEqual(written({ a: 0.00004 }), ["0.00004"]);
  });

  it("are so in tables", () => {
    const column = (values: number[], digits?: number): string[] =>
      tableText({ columns: ["a"], rows: values.map((value) => [value]), ...(digits === undefined ? {} : { digits }) })
        .split("\n")
        .slice(2)
        .map((line) => line.trim());
    assert.deepEqual(column([1234567.89, 1234567.85], 7), ["1234567.89", "1234567.85"]);
    assert.deepEqual(column([16777217, 16777216], 5), ["16777217", "16777216"]);
    assert.deepEqual(column([1.0000001, 1.0000002], 5), ["1.0000001", "1.0000002"]);
    assert.deepEqual(column([1 / 3, 2 / 3], 5), ["0.3333", "0.6667"]);
    assert.deepEqual(column([0.0004, 4e-10]), ["0.0004", "4e-10"]);
    assert.deepEqual(column([1234.5, 0]), ["1,234.5", "0"]);
  });
});
