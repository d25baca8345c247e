// Animals and emoji: what their documentation and other programs (PIL) say of them, and what happens when a file is damaged.
import { strict as assert } from "node:assert";
import { type Animals, type Dataset, type Emoji, type EmojiEntry, loadAnimals, loadEmoji, tf } from "cellwise";
import { refusesDamage, withCopies } from "./damaged";

describe("loadAnimals", () => {
  let animals: Animals;
  before(async () => {
    animals = await loadAnimals();
  });
  const picture = (dataset: Dataset, position: number): string => dataset.example(position).values.join();
  const pictures = (dataset: Dataset): string[] => Array.from({ length: dataset.size }, (_, i) => picture(dataset, i));

  it("has 9,716 different pictures of 28 × 28, of which 1,000 are to be tested on, and none in both parts", () => {
    const { train, test } = animals;
    assert.deepEqual([train.size, test.size], [8716, 1000]);
    assert.deepEqual(train.example(0).shape, [28, 28, 1]);
    assert.equal(new Set([...pictures(train), ...pictures(test)]).size, 9716);
  });

  it("has the documentation's ten classes, of 1,000 pictures before those that are there twice were left out", () => {
    const { train, test } = animals;
    assert.deepEqual(train.classNames, "bear bird cat cow dog elephant giraffe horse sheep zebra".split(" "));
    const counts = test.classCounts().map((count, i) => count + (train.classCounts()[i] as number));
    assert.deepEqual(counts, [937, 812, 992, 996, 997, 1000, 1000, 997, 985, 1000]);
    assert.ok(test.classCounts().every((count) => count > 60));
  });

  it("shows animals in white: a giraffe is high in the middle and narrow, an elephant wide", () => {
    const { train } = animals;
    const labels = train.labels();
    const mean = (animal: string, of: (values: Float32Array) => number): number => {
      const label = train.classNames?.indexOf(animal);
      const places = [...labels.keys()].filter((i) => labels[i] === label);
      return places.reduce((sum, i) => sum + of(train.example(i).values), 0) / places.length;
    };
    const filled = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const corners = (values: Float32Array): number =>
      [0, 27, 756, 783].reduce((sum, i) => sum + (values[i] as number), 0) / 4;
    assert.ok(mean("elephant", filled) > 2 * mean("giraffe", filled));
    for (const animal of train.classNames ?? []) assert.ok(mean(animal, corners) < 0.1, animal);
  });

  it("is parted by the seed", async () => {
    const [same, other] = [await loadAnimals({ seed: 1 }), await loadAnimals({ seed: 2 })];
    assert.deepEqual(same.test.labels(), animals.test.labels());
    assert.notDeepEqual(other.test.labels(), animals.test.labels());
  });

  it("refuses damaged files, each of the two", async () => {
    const files = ["animal_data_version_3.gz", "animal_label_version_3.gz"];
    for (const file of files)
      await refusesDamage("animal-mnist", file, (folder) => loadAnimals({ folder }), { beside: files, at: 200 });
  });
});

describe("loadEmoji", () => {
  let emoji: Emoji;
  before(async () => {
    emoji = await loadEmoji();
  });
  /** An emoji by its name and skin tones: what is said of it, and its pixels as bytes. */
  function find({ train, test, entries }: Emoji, name: string, tones = ""): { entry: EmojiEntry; pixels: number[] } {
    for (const [dataset, list] of [
      [train, entries.train],
      [test, entries.test],
    ] as const) {
      const place = list.findIndex((entry) => entry.name === name && entry.skinTones.join() === tones);
      const entry = list[place];
      if (entry)
        return { entry, pixels: Array.from(dataset.example(place).values, (value) => Math.round(255 * value)) };
    }
    throw new Error(`no ${name}`);
  }
  const at = (pixels: number[], size: number, row: number, column: number): number[] =>
    pixels.slice((row * size + column) * 3, (row * size + column) * 3 + 3);

  it("has 1,906 pictures of 32 × 32 in colour, in the nine categories of the package's list", () => {
    const { train, test, entries } = emoji;
    assert.deepEqual([train.size, test.size], [1715, 191]);
    assert.deepEqual([entries.train.length, entries.test.length], [1715, 191]);
    assert.deepEqual(train.example(0).shape, [32, 32, 3]);
    const counts = test.classCounts().map((count, i) => count + (train.classCounts()[i] as number));
    assert.deepEqual(counts, [169, 386, 159, 131, 218, 85, 264, 224, 270]);
    for (const [i, { category }] of entries.test.entries())
      assert.equal(test.classNames?.[test.labels()[i] as number], category);
  });

  it("knows characters, names and categories", () => {
    const { skinTones, ...entry } = find(emoji, "waving hand sign").entry;
    const words = { name: "waving hand sign", category: "People & Body", subcategory: "hand-fingers-open" };
    assert.deepEqual(entry, { emoji: "👋", ...words });
    assert.deepEqual(skinTones, []);
    assert.equal(find(emoji, "japan flag").entry.emoji, "🇯🇵");
  });

  it("has the pixels that PIL finds in the sheets: opaque, transparent, and half so on white and on another colour", async () => {
    const wave = find(emoji, "waving hand sign").pixels;
    assert.deepEqual(at(wave, 32, 16, 16), [254, 203, 41]);
    assert.deepEqual(at(wave, 32, 0, 0), [255, 255, 255]);
    assert.deepEqual(at(wave, 32, 1, 21), [245, 244, 243]); // [216, 212, 206] of which 64 of 255 are seen
    assert.deepEqual(at(find(emoji, "japan flag").pixels, 32, 16, 16), [190, 14, 25]);
    const large = await loadEmoji({ size: 64, background: [0, 0, 1] });
    const onBlue = find(large, "waving hand sign").pixels;
    assert.deepEqual(at(onBlue, 64, 32, 32), [255, 203, 41]);
    assert.deepEqual(at(onBlue, 64, 0, 0), [0, 0, 255]);
    assert.deepEqual(at(onBlue, 64, 3, 42), [69, 68, 236]); // [207, 204, 199] of which a third is seen
  });

  it("has five skin tones where it is asked for them, and no person in both parts", async () => {
    const varied = await loadEmoji({ skinTones: true });
    const { train, test, entries } = varied;
    assert.equal(train.size + test.size, 1906 + 1875);
    const names = new Set(entries.train.map(({ emoji: character }) => [...character][0]));
    assert.ok(names.size > 500);
    const described = (list: readonly EmojiEntry[]): Set<string> =>
      new Set(list.map((entry) => `${entry.name} ${entry.subcategory}`));
    const both = [...described(entries.train)].filter((entry) => described(entries.test).has(entry));
    assert.deepEqual(both, []);
    const dark = find(varied, "waving hand sign", "dark");
    assert.equal(dark.entry.emoji, "👋🏿");
    const brightness = (pixels: number[]): number => at(pixels, 32, 16, 16).reduce((sum, part) => sum + part, 0);
    const light = find(varied, "waving hand sign", "light");
    assert.ok(brightness(dark.pixels) < 300 && brightness(light.pixels) > 500);
    assert.equal(entries.train.concat(entries.test).filter(({ skinTones }) => skinTones.length === 2).length, 295);
  });

  it("holds no tensors, whatever it is asked for", async () => {
    const before = tf.memory().numTensors;
    await loadEmoji({ size: 64 });
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuses damaged files, sizes and colours that there are not", async () => {
    const files = ["emoji.json", "32.png"];
    for (const file of files)
      await refusesDamage("emoji-datasource-google", file, (folder) => loadEmoji({ folder }), { beside: files });
    await assert.rejects(loadEmoji({ size: 48 as 32 }), /loadEmoji: size is 48; it is 32 or 64/);
    await assert.rejects(
      loadEmoji({ background: [255, 255, 255] }),
      /background is the list \[255, 255, 255\]; it is a list of three numbers from 0 to 1: red, green, blue/,
    );
    await withCopies("emoji-datasource-google", ["32.png"], async (folder) => {
      await assert.rejects(
        loadEmoji({ folder }),
        /emoji\.json is missing\. Delete \.data\/emoji-datasource-google and run/,
      );
    });
  });
});
