// The speeches of presidents: what is known of them from elsewhere, and what happens when a file is damaged.
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadSpeeches } from "cellwise";
import { dataFolder, withCopies } from "./damaged";

const PACKAGE = "datasets-sotu";

describe("loadSpeeches", () => {
  it("loads 233 speeches, those of years that end in 7 for the test", async () => {
    const { train, test } = await loadSpeeches();
    assert.deepEqual([train.length, test.length], [210, 23]);
    assert.ok(test.every(({ year }) => year % 10 === 7) && train.every(({ year }) => year % 10 !== 7));
    const all = [...train, ...test];
    assert.equal(
      all.reduce((sum, { text }) => sum + text.length, 0),
      10_759_831,
    );
    const said = (year: number) => all.filter((speech) => speech.year === year);
    assert.deepEqual(
      said(1953).map(({ name }) => name),
      ["Dwight D Eisenhower", "Harry S Truman"],
    );
    assert.equal(said(1933).length, 0);
    const [lincoln] = said(1862);
    assert.deepEqual([lincoln?.name, lincoln?.party], ["Abraham Lincoln", "Republican"]);
    assert.match(lincoln?.text ?? "", /In giving freedom to the slave we assure freedom to the free/);
    assert.match(said(1941)[0]?.text ?? "", /four essential human freedoms/);
    assert.deepEqual(new Set(said(1796).map(({ party }) => party)), new Set(["none"]));
  });

  it("refuses damaged, cut and missing files", async () => {
    const files = readdirSync(dataFolder(PACKAGE)).filter((name) => name.endsWith(".json"));
    assert.equal(files.length, 233);
    await withCopies(PACKAGE, files, async (folder) => {
      const file = join(folder, "1862_abraham_lincoln_r.json");
      const bytes = readFileSync(file);
      const remedy = /Delete \.data\/datasets-sotu and run `npm start`/;
      const rejects = async (problem: RegExp) => {
        await assert.rejects(loadSpeeches({ folder }), problem);
        await assert.rejects(loadSpeeches({ folder }), remedy);
      };
      await loadSpeeches({ folder });
      bytes[1000] = (bytes[1000] as number) ^ 1;
      writeFileSync(file, bytes);
      await rejects(/is damaged: it has 233 speeches of 10780178 bytes with the SHA-256 [0-9a-f]{64}, expected 233 of/);
      truncateSync(file, 999);
      await rejects(/1862_abraham_lincoln_r\.json is damaged: /);
      rmSync(file);
      await rejects(/it has 232 speeches .* expected 233 of 10780178/);
      await assert.rejects(loadSpeeches({ folder: join(folder, "nothing") }), remedy);
    });
  });
});
