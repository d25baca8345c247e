// Every notebook in JupyterLab under a real Chromium, as a learner runs it: Run → Run All Cells, then every page of it in
// the light and the dark theme. The pictures and the notebooks with their outputs are kept in output/browser/.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { findBrowser, launch } from "./chromium.js";
import { Jupyter, root } from "./jupyter.js";
import { LabPage } from "./lab-page.js";

const source = join(root, "notebooks", "en");
const kept = join(root, "output", "browser");
const runSeconds = 8 * 60;
// JupyterLab's own complaints, which say nothing about the notebook or the kernel; see the printed list when it fails.
const notOurs: RegExp[] = [];

describe("in JupyterLab in a browser", function () {
  this.timeout((runSeconds + 240) * 1000);
  const names = readdirSync(source).filter((name) => name.endsWith(".ipynb"));
  let jupyter: Jupyter;
  let browser: Browser | undefined;

  before(async function () {
    const executable = findBrowser();
    if (!executable) {
      const advice = "install Chromium (Debian, Ubuntu: apt-get install chromium) or set CELLWISE_BROWSER to a browser";
      if (process.env.CI === "true") throw new Error(`no browser was found, and CI=true: ${advice}`);
      console.log(`      skipped, no browser was found: ${advice}`);
      this.skip();
    }
    jupyter = new Jupyter();
    for (const name of names) copyFileSync(join(source, name), join(jupyter.notebooks, name));
    await jupyter.start();
    browser = await launch(executable, jupyter.mark);
  });

  after(async () => {
    await browser?.close();
    const left = await jupyter?.stop();
    assert.deepEqual(left ?? [], [], "JupyterLab left processes behind");
  });

  for (const name of names) {
    describe(name, () => {
      const pictures = join(kept, name.replace(".ipynb", ""));
      let lab: LabPage;

      before(async () => {
        assert.ok(browser);
        mkdirSync(pictures, { recursive: true });
        for (const name of readdirSync(pictures)) if (name.endsWith(".png")) rmSync(join(pictures, name));
        lab = new LabPage(await browser.newPage({ viewport: { width: 1280, height: 1000 }, reducedMotion: "reduce" }));
        await lab.open(jupyter.addressOf(name), "TypeScript (tslab)");
        await lab.watchOutputs();
        await lab.choose("Run", "Run All Cells");
        const deadline = Date.now() + runSeconds * 1000;
        // Between two cells the kernel is idle for a moment, and cells far down that wait are not on the page: the file says
        // whether it was the end.
        do {
          await lab.finished(Math.max(1, (deadline - Date.now()) / 1000));
          await lab.choose("File", "Save Notebook");
          await lab.saved();
          copyFileSync(join(jupyter.notebooks, name), join(kept, name));
        } while (!wasRun(join(kept, name)) && Date.now() < deadline);
      });

      afterEach(async function () {
        if (this.currentTest?.state === "failed")
          await lab?.page.screenshot({ path: join(pictures, "failed.png"), timeout: 10_000 });
      });

      after(async () => {
        await lab?.page.close();
        await jupyter.endKernels();
      });

      it("runs every cell without an error", async () => {
        assert.deepEqual(await lab.redOutputs.allTextContents(), []);
        const counts = executionCountsIn(join(kept, name)); // a folded cell shows no prompt
        const inOrder = counts.map((_, index) => index + 1);
        assert.deepEqual(counts, inOrder, `not every cell was executed; JupyterLab's log:\n${jupyter.log}`);
      });

      it("draws each figure with Plotly, none of them cut off", async () => {
        assert.equal(await lab.figures.count(), figuresIn(join(kept, name)));
        const wrong = [];
        for (const [index, figure] of (await lab.figures.all()).entries()) {
          await lab.scrollTo(figure);
          const drawn = await figure.locator("svg.main-svg").first().boundingBox();
          const output = figure.locator("xpath=ancestor-or-self::*[contains(@class, 'jp-OutputArea-output')]");
          const room = await output.boundingBox();
          if (
            !drawn ||
            !room ||
            drawn.width < 200 ||
            drawn.height < 100 ||
            Math.floor(drawn.width) > Math.ceil(room.width)
          )
            wrong.push({ figure: index + 1, drawn, room });
        }
        assert.deepEqual(wrong, [], "figures that are not drawn, or wider than the cell's output (pixels)");
      });

      it("shows the progress of a training in place", async function () {
        const training = (await lab.codeCells.allTextContents()).findIndex(
          (text) => text.includes("await fit(") && !/verbose:\s*false/.test(text),
        );
        if (training < 0) this.skip();
        const { outputsAtMost, texts } = await lab.seenOf(training);
        assert.ok(texts >= 2, `the bar showed only ${texts} different texts`);
        assert.ok(outputsAtMost <= 6, `the cell had ${outputsAtMost} outputs at once`);
      });

      it("is readable in both themes", async () => {
        await lab.photograph(pictures, "light");
        await lab.choose("Settings", "Theme", "JupyterLab Dark");
        await lab.page.locator('body[data-jp-theme-light="false"]').waitFor({ state: "attached" });
        await lab.photograph(pictures, "dark");
        await lab.choose("Settings", "Theme", "JupyterLab Light");
        await lab.page.locator('body[data-jp-theme-light="true"]').waitFor({ state: "attached" });
      });

      it("leaves no error on the browser's console", () => {
        const ours = lab.consoleErrors.filter((text) => !notOurs.some((pattern) => pattern.test(text)));
        assert.deepEqual(ours, []);
      });
    });
  }
});

/** How many Plotly figures the outputs of a notebook hold. */
function figuresIn(path: string): number {
  const { cells }: { cells: { outputs?: { data?: object }[] }[] } = JSON.parse(readFileSync(path, "utf8"));
  return cells
    .flatMap(({ outputs = [] }) => outputs)
    .filter(({ data = {} }) => "application/vnd.plotly.v1+json" in data).length;
}

/** The execution counts of the code cells in a saved notebook. */
/** Whether every cell was executed, or one failed and the rest was given up. */
function wasRun(path: string): boolean {
  return !executionCountsIn(path).includes(null) || readFileSync(path, "utf8").includes('"output_type": "error"');
}

function executionCountsIn(path: string): (number | null)[] {
  const { cells }: { cells: { cell_type: string; execution_count: number | null }[] } = JSON.parse(
    readFileSync(path, "utf8"),
  );
  return cells.filter(({ cell_type }) => cell_type === "code").map(({ execution_count }) => execution_count);
}
