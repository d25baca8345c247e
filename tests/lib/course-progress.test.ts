// What is kept of passed exercises, the list and the map made of it, and that it can be forgotten.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, courseMap, forgetProgress, progress } from "cellwise";
import { inNotebook } from "./notebook-kernel";

/** A notebook as far as the map reads one. */
function notebook(title: string, needs: string, exercises: readonly string[]): string {
  const opening = `# ${title}\n\n**You need** ${needs}\n\n**Time:** 20 minutes to read, about 5 seconds to run on two cores.`;
  const exercise = (name: string) => ({
    ...{ cell_type: "code", metadata: { tags: ["exercise"] } },
    source: ["const a = 1 // your turn\n", "\n", `await check("${name}", [{ given: "x", got: () => a, expected: 2 }])`],
  });
  const cells = [{ cell_type: "markdown", metadata: {}, source: [opening] }, ...exercises.map(exercise)];
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

describe("the progress of a learner", () => {
  const before = process.cwd();
  let folder: string;
  const kept = () => join(folder, ".progress", "passed.json");

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "cellwise-progress-")));
    writeFileSync(
      join(folder, "2.1-neurons.ipynb"),
      notebook("2.1 Neurons: one", "nothing.", ["Exercise A", "Exercise B"]),
    );
    writeFileSync(
      join(folder, "10-last.ipynb"),
      notebook("10 Last", "[3.1](3.1-cnn.ipynb#x), [2.1](2.1-neurons.ipynb)", []),
    );
    writeFileSync(
      join(folder, "3.1-cnn.ipynb"),
      notebook("3.1 CNN", "[2.1 Neurons](2.1-neurons.ipynb)", ["Exercise A"]),
    );
    writeFileSync(join(folder, "mine.ipynb"), "no notebook of the course");
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  const answer = async (name: string | undefined, exercise: string, value: number): Promise<string> =>
    inNotebook(async (kernel) => {
      kernel.notebook = name;
      await check(exercise, [{ given: "x", got: () => value, expected: 2 }]);
      return String(kernel.shown[0]?.data["text/plain"]);
    });
  const passed = () => progress({ folder: "." }).rows.map(([section, , count]) => `${section}: ${count}`);

  it("counts what a check found right, once, in the notebook that ran it", async () => {
    await answer("2.1-neurons.ipynb", "Exercise B", 2);
    await answer("2.1-neurons.ipynb", "Exercise B", 2);
    await answer("2.1-neurons.ipynb", "Exercise A", 3);
    await answer("3.1-cnn-Copy1.ipynb", "Exercise A", 2);
    assert.deepEqual(passed(), ["2.1: 1 of 2", "3.1: 1 of 1", "10: 0 of 0"]);
    assert.deepEqual(progress({ folder: "." }).rows[0], ["2.1", "Neurons", "1 of 2", "A ·  B ✓"]);
    assert.deepEqual(progress({ folder: "." }).total, ["", "all of them", "2 of 3", ""]);
  });

  it("keeps nothing of other notebooks, nor where nobody says which notebook runs", async () => {
    await answer("mine.ipynb", "Exercise A", 2);
    await answer(undefined, "Exercise A", 2);
    assert.equal(existsSync(kept()), false);
  });

  it("forgets all of it, and leaves nothing behind", async () => {
    await answer("2.1-neurons.ipynb", "Exercise A", 2);
    assert.ok(existsSync(kept()));
    forgetProgress();
    assert.equal(existsSync(join(folder, ".progress")), false);
    assert.deepEqual(passed(), ["2.1: 0 of 2", "3.1: 0 of 1", "10: 0 of 0"]);
    forgetProgress();
  });

  it("does not forget what others have put into its folder", async () => {
    await answer("2.1-neurons.ipynb", "Exercise A", 2);
    writeFileSync(join(folder, ".progress", "thesis.txt"), "two years of work");
    assert.throws(() => forgetProgress(), /thesis\.txt, which was not written by Cellwise/);
    assert.ok(existsSync(kept()));
  });

  it("says what to do about a list that cannot be read, and does not fail a check over it", async () => {
    for (const damaged of ["{", "[1]", '{"2.1": "A"}', "null"]) {
      mkdirSync(join(folder, ".progress"), { recursive: true });
      writeFileSync(kept(), damaged);
      assert.throws(
        () => progress({ folder: "." }),
        /passed\.json cannot be read: .*forgetProgress\(\) removes it/,
        damaged,
      );
      const said = await answer("2.1-neurons.ipynb", "Exercise A", 2);
      assert.match(said, /Right\..*not kept that this was passed\. .*passed\.json cannot be read/);
      assert.equal(readFileSync(kept(), "utf8"), damaged);
      rmSync(join(folder, ".progress"), { recursive: true });
    }
  });

  it("says so where there is no notebook, or a damaged one", () => {
    assert.throws(
      () => progress({ folder: join(folder, "elsewhere") }),
      /elsewhere cannot be read: ENOENT.*folder of the/,
    );
    mkdirSync(join(folder, "empty"));
    assert.throws(() => courseMap({ folder: "empty" }), /empty holds no notebook of the course/);
    writeFileSync(join(folder, "3.1-cnn.ipynb"), "{");
    assert.throws(
      () => progress({ folder: "." }),
      /3\.1-cnn\.ipynb is not a notebook that can be read: .*git checkout/,
    );
  });

  it("is drawn from left to right by what needs what, without lines that go without saying", async () => {
    await answer("3.1-cnn.ipynb", "Exercise A", 2);
    const { data, layout } = courseMap({ folder: "." });
    const boxes = data.filter((trace) => "fill" in trace && trace.fill === "toself") as { x: number[]; text: string }[];
    const left = boxes.map(({ x }) => x[0] as number);
    assert.deepEqual(
      [...left].sort((a, b) => a - b),
      left,
    );
    assert.equal(new Set(left).size, 3);
    assert.match(String(boxes[1]?.text), /3\.1 CNN<br>20 minutes to read<br>needs 2\.1<br>1 of 1 exercises passed/);
    assert.equal(String(layout.shapes?.[0]?.path).match(/M/g)?.length, 2);
  });

  it("refuses a way through no sections, or such that are not there, and needs in a circle", () => {
    assert.throws(() => courseMap({ folder: ".", path: [] }), /the path is empty/);
    assert.throws(() => courseMap({ folder: ".", path: ["2.1", "9"] }), /the path holds "9"; there are 2\.1, 3\.1, 10/);
    writeFileSync(join(folder, "2.1-neurons.ipynb"), notebook("2.1 Neurons", "[3.1](3.1-cnn.ipynb)", []));
    assert.throws(() => courseMap({ folder: "." }), /2\.1, 3\.1, 2\.1 need each other in a circle/);
  });

  it("knows every notebook of the course", () => {
    const { rows } = progress();
    assert.ok(rows.length >= 13);
    for (const [section, title, count] of rows) {
      assert.ok(String(title).length > 2, `${section} has a title`);
      assert.ok(Number(String(count).split(" of ")[1]) >= 3, `${section} has exercises`);
    }
    courseMap();
  });
});
