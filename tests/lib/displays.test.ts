// What a value looks like as the last expression of a cell: the bundle that the kernel asks it for.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { buildCnn, confusionMatrix, dfd, type Figure, imageGrid, loadCo2, Random, summary, tf } from "cellwise";
import { bundle } from "cellwise-kernel/dist/kernel/bundle";
import { dataFolder } from "./data/damaged";

type Bundle = Record<string, string>;
const shown = async (value: unknown): Promise<Bundle> => (await bundle(value)) as Bundle;

/** Shows a tensor and disposes it; nothing else may be left. */
async function shownTensor(make: () => tf.Tensor): Promise<Bundle> {
  const before = tf.memory().numTensors;
  const tensor = tf.tidy(make);
  const found = await shown(tensor);
  tensor.dispose();
  assert.equal(tf.memory().numTensors, before);
  return found;
}

/** The pixels of the pictures in a page, decoded again. */
function pictures(html: string | undefined): number[][][][] {
  const found = [...(html ?? "").matchAll(/base64,([^"]+)"/g)];
  return found.map(([, data]) =>
    tf.tidy(() => tf.node.decodePng(Buffer.from(data as string, "base64")).arraySync() as number[][][]),
  );
}

describe("the last expression of a cell", () => {
  it("a matrix: shape, type, range and a table", async () => {
    const found = await shownTensor(() =>
      tf.tensor2d([
        [1, -2.5],
        [0.000123456, 1000],
      ]),
    );
    assert.match(
      found["text/html"] ?? "",
      /<caption[^>]*><div[^>]*>tensor float32 \[2, 2\], -2\.5 to 1000<\/div><\/caption>/,
    );
    assert.match(found["text/html"] ?? "", /<td[^>]*>1<\/td><td[^>]*>-2\.5<\/td>/);
    assert.match(found["text/plain"] ?? "", /0\.00012346\s+1000/);
  });

  it("scalars, vectors, truth values, texts, empty and disposed tensors", async () => {
    assert.match((await shownTensor(() => tf.scalar(3)))["text/plain"] ?? "", /^tensor float32 \[\], all 3\n/);
    assert.match((await shownTensor(() => tf.tensor1d([1, 2], "int32")))["text/plain"] ?? "", /int32 \[2\], 1 to 2/);
    assert.match((await shownTensor(() => tf.tensor1d([true, false])))["text/plain"] ?? "", /bool \[2\], 0 to 1/);
    assert.match((await shownTensor(() => tf.tensor1d(["<b>"])))["text/html"] ?? "", /&lt;b&gt;/);
    assert.match((await shownTensor(() => tf.zeros([0, 3])))["text/plain"] ?? "", /\[0, 3\], empty/);
    assert.match((await shownTensor(() => tf.complex([1], [2])))["text/plain"] ?? "", /complex64 \[1\]/);
    assert.match((await shownTensor(() => tf.variable(tf.scalar(1))))["text/plain"] ?? "", /^variable float32/);
    const gone = tf.scalar(1);
    gone.dispose();
    assert.match((await shown(gone))["text/plain"] ?? "", /disposed/);
  });

  it("writes numbers with the digits that tell them apart, whole before the point", async () => {
    const heading = async (make: () => tf.Tensor) => ((await shownTensor(make))["text/plain"] ?? "").split("\n")[0];
    assert.equal(await heading(() => tf.scalar(16777217, "int32")), "tensor int32 [], all 16777217");
    assert.equal(await heading(() => tf.scalar(1234567)), "tensor float32 [], all 1234567");
    assert.match((await heading(() => tf.tensor1d([1, 1 + 2 ** -23]))) ?? "", /\[2\], 1 to 1\.0000001$/);
    const frame = new dfd.DataFrame({ price: [1234567.89, 1234567.85] });
    assert.match((await shown(frame))["text/plain"] ?? "", /1234567\.89\n.*1234567\.85$/);
  });

  it("says how many values are no numbers", async () => {
    const found = await shownTensor(() => tf.tensor1d([1, Number.NaN, 3, Number.POSITIVE_INFINITY]));
    assert.match(found["text/plain"] ?? "", /1 to 3, 1 NaN, 1 infinite/);
    assert.match((await shownTensor(() => tf.fill([2], Number.NaN)))["text/plain"] ?? "", /no finite value, 2 NaN/);
  });

  it("cuts long tables, and shows the first matrix of a higher tensor", async () => {
    const found = await shownTensor(() => tf.range(0, 4000).reshape([2, 100, 20]));
    const text = found["text/plain"] ?? "";
    assert.match(text, /tensor float32 \[2, 100, 20\], 0 to 3999, of it \[0\]/);
    assert.ok(text.includes("…") && text.split("\n").length < 30 && text.includes("1999") && !text.includes("2000"));
  });

  it("images: grey ones from white to black, colours as they are, several side by side", async () => {
    const grey = await shownTensor(() => tf.tensor([0, 0.5, 1, 0.25], [2, 2, 1]));
    assert.deepEqual(pictures(grey["text/html"]), [
      [
        [[255], [128]],
        [[0], [191]],
      ],
    ]);
    assert.match(grey["text/plain"] ?? "", /\[2, 2, 1\], 0 to 1, drawn from 0 \(white\) to 1 \(black\)/);
    const colour = [
      [
        [0, 0.2, 1],
        [1, 1, 1],
      ],
      [
        [0, 0, 0],
        [0.6, 0, 0],
      ],
    ];
    const [picture] = pictures((await shownTensor(() => tf.tensor3d(colour)))["text/html"]);
    assert.deepEqual(
      picture,
      colour.map((row) => row.map((pixel) => pixel.map((value) => Math.round(255 * value)))),
    );
    const many = await shownTensor(() => tf.randomUniform([12, 8, 8, 1], 0, 1, "float32", 1));
    assert.equal(pictures(many["text/html"]).length, 10);
    assert.match(many["text/plain"] ?? "", /the first 10 of 12/);
    assert.equal(pictures((await shownTensor(() => tf.zeros([28, 28])))["text/html"]).length, 1);
  });

  it("a model: its architecture", async () => {
    const model = buildCnn();
    const found = await shown(model);
    assert.match(found["text/html"] ?? "", /<table.*conv1.*Conv2D.*93,322/s);
    assert.deepEqual(found, await shown(summary(model)));
    model.dispose();
  });

  it("a DataFrame: a table, of a long one both ends", async () => {
    const frame = new dfd.DataFrame({ year: [1958, 2020], what: ["<a>", null] as unknown as string[] });
    const { "text/html": html, "text/plain": text } = await shown(frame);
    assert.match(
      html ?? "",
      /<caption[^>]*><div[^>]*>2 rows × 2 columns<\/div><\/caption>.*<th[^>]*>year<\/th>.*1958.*&lt;a&gt;/s,
    );
    assert.match(text ?? "", /^2 rows × 2 columns\n/);
    assert.match(
      (await shown(await loadCo2()))["text/html"] ?? "",
      /<caption[^>]*><div[^>]*>741 rows × 3 columns; shown are the first and the last 10 rows<\/div><\/caption>/,
    );
    const csv = join(dataFolder("vega-datasets"), "seattle-weather.csv");
    assert.match(
      (await shown(await dfd.readCSV(csv)))["text/html"] ?? "",
      /<caption[^>]*><div[^>]*>1,461 rows × 6 columns; shown are the first and the last 10 rows<\/div><\/caption>/,
    );
    const long = new dfd.DataFrame({ a: Array.from({ length: 1000 }, (_, i) => i) });
    assert.match((await shown(long))["text/plain"] ?? "", /1,000 rows × 1 columns.*\n9 +9\n… +…\n990 +990\n/s);
    assert.match(
      (await shown(long))["text/html"] ?? "",
      /<caption[^>]*><div[^>]*>1,000 rows × 1 columns; shown are the first and the last 10 rows</,
    );
    assert.match((await shown(new dfd.Series([1.5, 2])))["text/plain"] ?? "", /2 rows.*1\.5/s);
  });

  it("a DataFrame's numbers stand under each other, in a long one too", async () => {
    const values = Array.from({ length: 30 }, (_, i) => (i === 3 ? (null as unknown as number) : 0.5 * i));
    const { "text/html": html, "text/plain": text } = await shown(
      new dfd.DataFrame({ half: values, what: values.map(String) }),
    );
    const line = (row: number): string => (text ?? "").split("\n").find((one) => one.startsWith(`${row} `)) ?? "";
    assert.ok(line(0).includes(" 0.0  ") && line(1).includes(" 0.5  ") && line(29).includes("14.5  "), text);
    assert.equal(line(1).indexOf("."), line(29).indexOf("."));
    assert.match(html ?? "", /text-align: right">14\.5<.*text-align: left">14\.5</s);
  });

  it("a tensor's numbers have its digits, and no others", async () => {
    const text = async (...values: number[]) =>
      (await shownTensor(() => tf.tensor2d(values, [values.length, 1])))["text/plain"] ?? "";
    assert.match(await text(0.0727512, -1.05398, 2.32646), /0 +0\.0728\n1 +-1\.0540\n2 +2\.3265$/);
    assert.match(await text(1, 0.000123456), /0 +1\n1 +0\.00012346$/); // four decimals would leave it one digit
    assert.match(await text(12345, 3), /0 +12345\n1 +3$/);
  });

  it("a figure draws itself, and is plain data all the same", async () => {
    const random = new Random(1);
    const labels = Array.from({ length: 20 }, () => random.below(2));
    const figures: Figure[] = [
      confusionMatrix(labels, labels, ["a", "b"]),
      imageGrid([{ values: Float32Array.of(0, 1, 1, 0), shape: [2, 2] }]),
    ];
    for (const figure of figures) {
      const found = await shown(figure);
      assert.equal((found as Record<string, unknown>)["application/vnd.plotly.v1+json"], figure);
      assert.match(found["text/plain"] ?? "", /^\[Figure: /);
      assert.deepEqual(
        Reflect.ownKeys(figure).filter((key) => Object.keys(figure).includes(String(key))),
        ["data", "layout"],
      );
    }
  });
});
