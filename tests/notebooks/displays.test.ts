// The last expression of a cell on the real kernel: it has to find what the library put on prototypes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type NotebookFile, NotebookFolder, runNotebooks } from "./fixture.js";

type Output = { output_type: string; data?: Record<string, unknown> };

describe("the last expression of a cell in a notebook", () => {
  const folder = new NotebookFolder();
  after(() => folder.remove());

  it("is a table, a picture, an architecture, a figure, text that grew, or a sound", async () => {
    const notebook = folder.write(
      "displays.ipynb",
      `import { audio, buildCnn, CharacterTokenizer, dfd, generateText, imageGrid, loadCo2, tf } from "cellwise"\ntf.tensor2d([[1, 2], [3, 4]])`,
      `tf.zeros([8, 8, 3])`,
      `buildCnn()`,
      `await loadCo2()`,
      `new dfd.DataFrame({ a: [1, 2] })`,
      `imageGrid([{ values: Float32Array.of(0, 1, 1, 0), shape: [2, 2] }])`,
      `const tokenizer = new CharacterTokenizer("ab")\nawait generateText(() => tf.tensor2d([[0, 50]]), tokenizer, { prompt: "a", length: 3 })`,
      `audio({ sampleRate: 8000, channels: [new Float32Array(400)] })`,
    );
    const run = await runNotebooks({ notebooks: [notebook], output: folder.output });
    const outcome = run.outcomes.get("displays.ipynb");
    assert.equal(outcome?.result, "passed", `${run.printed}\n${outcome?.report}`);
    const { cells } = JSON.parse(readFileSync(outcome.executed_copy, "utf8")) as NotebookFile;
    const shown = cells.map(({ outputs }) => (outputs as Output[]).filter(({ data }) => data));
    const html = (cell: number): string => [shown[cell]?.[0]?.data?.["text/html"]].flat().join("");
    assert.match(html(0), /<caption[^>]*><div[^>]*>tensor float32 \[2, 2\], 1 to 4<\/div><\/caption>/);
    assert.match(html(1), /<img src="data:image\/png;base64,/);
    assert.match(html(2), /93,322/);
    assert.match(
      html(3),
      /<caption[^>]*><div[^>]*>741 rows × 3 columns; shown are the first and the last 10 rows<\/div><\/caption>/,
    );
    assert.match(html(4), /<caption[^>]*><div[^>]*>2 rows × 1 columns<\/div><\/caption>/);
    assert.ok("application/vnd.plotly.v1+json" in (shown[5]?.[0]?.data ?? {}));
    assert.match(html(6), />a<\/span>bbb</);
    assert.equal(shown[6]?.filter(({ output_type }) => output_type === "display_data").length, 1);
    const sound = shown[7] ?? [];
    assert.deepEqual(
      sound.map(({ output_type }) => output_type),
      ["display_data", "execute_result"],
    );
    assert.ok("application/vnd.plotly.v1+json" in (sound[0]?.data ?? {}));
    assert.match([sound[1]?.data?.["text/html"]].flat().join(""), /^<audio controls .* src="data:audio\/wav;base64,/);
  });
});
