// Titles over images: whole, each over its own image, however long they are.
import { strict as assert } from "node:assert";
import { Dataset, type Figure, imageGrid } from "cellwise";

const square = (side: number, count: number) =>
  Array.from({ length: count }, () => ({ values: new Float32Array(side * side), shape: [side, side] }));
const titled = (titles: string[], side = 28): Figure => imageGrid(square(side, titles.length), { titles });
const annotations = (figure: Figure) =>
  (figure.layout.annotations ?? []).map(({ text = "", font, y }) => ({ text, size: Number(font?.size), y: Number(y) }));
/** A line of so many letters of this size is about as wide, at half of their height each. */
const widthOf = (line: string, size: number): number => (line.length * size) / 2;

describe("titles over images", () => {
  it("stay as they are where there is room, in letters of 12 pixels", () => {
    for (const { text, size } of annotations(titled(["horse", "rabbit", ""])))
      assert.deepEqual([["horse", "rabbit"].includes(text), size], [true, 12]);
  });

  it("go on in another line rather than over the next image, with all their words", () => {
    const titles = ["golden retriever, very young: 93 %", "a cat", "an electric guitar<br>on an amplifier, at night"];
    for (const [number, { text, size }] of annotations(titled(titles)).entries()) {
      assert.equal(text.replaceAll("<br>", ""), titles[number]?.replaceAll("<br>", ""));
      for (const line of text.split("<br>")) assert.ok(widthOf(line.trim(), size) <= 80, line); // 72 pixels and a gap of 8
    }
  });

  it("have room over their images for all their lines", () => {
    const heads = ["a", "a b c d e f g h i j k l m n o p q r s t u v w x y z"].map((title) => {
      const figure = titled([title]);
      const [{ text = "", size = 0, y = 0 } = {}] = annotations(figure);
      const lines = text.split("<br>").length;
      assert.ok((y + 1) * (72 / 28) >= lines * size, `${lines} lines in ${y} rows of 28 / 72 pixels`);
      return lines;
    });
    assert.equal(heads[0], 1);
    assert.ok(Number(heads[1]) > 1);
  });

  it("are smaller where a word is too long, and broken where it is still", () => {
    const [long] = annotations(titled(["Brachiosaurus", "a"]));
    assert.equal(long?.text, "Brachiosaurus");
    assert.ok(Number(long?.size) < 12 && Number(long?.size) >= 8);
    const word = "Donaudampfschifffahrtsgesellschaft";
    const [broken] = annotations(titled([word, "a"]));
    assert.equal(broken?.size, 8);
    assert.deepEqual([broken?.text.includes("<br>"), broken?.text.replaceAll("<br>", "")], [true, word]);
  });

  it("break no sign that Plotly would read: what is written is shown", () => {
    const data = new Dataset({
      name: "signs",
      inputs: [{ values: new Float32Array(2 * 784), shape: [28, 28], dtype: "float32" }],
      targets: [{ values: Int32Array.of(0, 1), shape: [], dtype: "int32" }],
      classNames: ["&".repeat(40), "<b> & </b>"],
    });
    const [many, bold] = annotations(imageGrid(data));
    assert.equal(many?.text.replaceAll("<br>", ""), "&amp;".repeat(40));
    for (const line of many?.text.split("<br>") ?? []) assert.match(line, /^(&amp;)+$/);
    assert.equal(bold?.text.replaceAll("<br>", ""), "&lt;b&gt; &amp; &lt;/b&gt;");
  });

  it("of the whole figure go on in another line, and the figure grows by it", () => {
    const [short, long] = [
      "Two levels",
      "Two levels of two hundred and fifty-six, along the gradient and at random",
    ].map((title) => imageGrid(square(28, 1), { title }).layout);
    const text = String((long?.title as { text?: string })?.text);
    assert.ok(text.split("<br>").length > 1);
    assert.equal(
      text.replaceAll("<br>", ""),
      "Two levels of two hundred and fifty-six, along the gradient and at random",
    );
    for (const line of text.split("<br>")) assert.ok(widthOf(line.trim(), 16) <= 320, line);
    assert.ok(Number(long?.height) > Number(short?.height) && Number(long?.margin?.t) > Number(short?.margin?.t));
  });
});

describe("imageGrid of large images", () => {
  it("draws them as large as they are, while a row of them has room", () => {
    const widthFor = (side: number, count: number) => Number(imageGrid(square(side, count)).layout.width);
    assert.ok(widthFor(224, 3) >= 3 * 224);
    assert.ok(widthFor(224, 8) <= 820);
    assert.ok(widthFor(28, 5) >= 5 * 72 && widthFor(28, 5) < 5 * 90);
  });
});
