// The captioned emoji: what the files say of them (counted with Python and by hand), how they are parted, and what happens when a file is
// damaged.
import assert from "node:assert/strict";
import { type CaptionedEmoji, loadCaptionedEmoji, loadEmoji } from "cellwise";
import { refusesDamage } from "./damaged";

describe("loadCaptionedEmoji", () => {
  let emoji: CaptionedEmoji;
  before(async () => {
    emoji = await loadCaptionedEmoji();
  });

  it("has 1,991 pictures of people and hands, 100 of them to be tested on, no two the same", () => {
    const { train, test, captions, words } = emoji;
    assert.deepEqual([train.size, test.size], [1891, 100]);
    assert.deepEqual([captions.train.length, captions.test.length], [1891, 100]);
    assert.deepEqual(
      train.inputs.map(({ shape }) => shape),
      [[32, 32, 3], [words.size]],
    );
    const pictures = [train, test].flatMap((part) =>
      Array.from({ length: part.size }, (_, i) => Buffer.from(part.example(i).values.buffer).toString("latin1")),
    );
    assert.equal(new Set(pictures).size, 1991);
    assert.equal(new Set([...captions.train, ...captions.test]).size, 1991);
  });

  it("calls each picture what Unicode calls it, and marks the words", async () => {
    const { captions, words, train } = emoji;
    const all = [...captions.train, ...captions.test];
    for (const caption of ["woman running dark skin tone", "waving hand", "brain", "person red hair"])
      assert.ok(all.includes(caption), caption);
    // The picture is the one that the list of emoji has under this name.
    const { train: pictures, test: others, entries } = await loadEmoji({ skinTones: true });
    const place = captions.train.indexOf("brain");
    const [part, list] = entries.train.some(({ name }) => name === "brain")
      ? [pictures, entries.train]
      : [others, entries.test];
    const brain = list.findIndex(({ name }) => name === "brain");
    assert.deepEqual(train.example(place).values, part.example(brain).values);
    for (const [i, caption] of captions.train.entries()) {
      const marks = train.example(i, 1).values;
      const marked = [...marks.keys()].filter((number) => marks[number] === 1);
      assert.deepEqual(words.decode(marked), [...new Set(caption.split(" "))].sort(), caption);
    }
  });

  it("tests on new captions in a skin tone, whose words are each in three others at least", () => {
    const { captions } = emoji;
    const uses = new Map<string, number>();
    for (const word of captions.train.flatMap((caption) => [...new Set(caption.split(" "))]))
      uses.set(word, (uses.get(word) ?? 0) + 1);
    for (const caption of captions.test) {
      assert.match(caption, / (light|medium-light|medium|medium-dark|dark) skin tone/);
      assert.ok(!captions.train.includes(caption), caption);
      for (const word of caption.split(" ")) assert.ok((uses.get(word) ?? 0) >= 3, `${caption}: ${word}`);
    }
  });

  it("parts by the seed, and lays on a background", async () => {
    const other = await loadCaptionedEmoji({ seed: 2, background: [0, 0, 0] });
    assert.notDeepEqual(other.captions.test, emoji.captions.test);
    // Captions without a skin tone are in the training, whatever the seed.
    const corner = ({ train, captions }: CaptionedEmoji) =>
      Array.from(train.example(captions.train.indexOf("waving hand")).values.slice(0, 3));
    assert.deepEqual(
      [corner(emoji), corner(other)],
      [
        [1, 1, 1],
        [0, 0, 0],
      ],
    );
    await assert.rejects(loadCaptionedEmoji({ background: [2, 0, 0] }), /background is the list \[2, 0, 0\]/);
  });

  it("refuses damaged files", async () => {
    await refusesDamage("cldr-annotations-full", "en.json", (namesFolder) => loadCaptionedEmoji({ namesFolder }));
  });
});
