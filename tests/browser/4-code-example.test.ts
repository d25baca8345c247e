// Notebook 4 in JupyterLab under a real Chromium, as a learner runs it: Run → Run All Cells, the progress bar, the
// figures, in the light and the dark theme. The pictures are kept in output/browser/.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { findBrowser, launch } from "./chromium.js";
import { Jupyter, root } from "./jupyter.js";
import { LabPage } from "./lab-page.js";
import { shortened } from "./shorter.js";

const name = "4-code-example.ipynb";
const pictures = join(root, "output", "browser");
const runSeconds = 6 * 60;
// JupyterLab's own complaints, which say nothing about the notebook or the kernel; see the printed list when it fails.
const notOurs: RegExp[] = [];

describe("notebook 4 in JupyterLab in a browser", function () {
  this.timeout((runSeconds + 120) * 1000);
  let jupyter: Jupyter | undefined;
  let browser: Browser | undefined;
  let lab: LabPage;
  let fitCell: number;

  before(async function () {
    const executable = findBrowser();
    if (!executable) {
      const advice = "install Chromium (Debian, Ubuntu: apt-get install chromium) or set CELLWISE_BROWSER to a browser";
      if (process.env.CI === "true") throw new Error(`no browser was found, and CI=true: ${advice}`);
      console.log(`      skipped, no browser was found: ${advice}`);
      this.skip();
    }
    const notebook = shortened(readFileSync(join(root, "notebooks", "en", name), "utf8"));
    fitCell = notebook.fitCell;
    jupyter = new Jupyter();
    writeFileSync(join(jupyter.notebooks, name), notebook.text);
    rmSync(pictures, { recursive: true, force: true });
    mkdirSync(pictures, { recursive: true });

    await jupyter.start();
    browser = await launch(executable, jupyter.mark);
    lab = new LabPage(await browser.newPage({ viewport: { width: 1280, height: 1000 }, reducedMotion: "reduce" }));
    await lab.open(jupyter.addressOf(name), "TypeScript (tslab)");
    await lab.watchOutputs();
    await lab.choose("Run", "Run All Cells");
    const training = lab.codeCells.nth(fitCell).locator(".jp-OutputArea-output").first();
    const pictured = training.waitFor({ timeout: runSeconds * 1000 }).then(() => picture("training", training));
    pictured.catch(() => {}); // a cell before it failed: the first test says which
    await lab.finished(runSeconds);
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await picture("failed");
  });

  after(async () => {
    if (lab && !lab.page.isClosed()) await picture("end");
    await browser?.close();
    const left = await jupyter?.stop();
    assert.deepEqual(left ?? [], [], "JupyterLab left processes behind");
  });

  async function picture(called: string, scrolledTo?: Locator): Promise<void> {
    if (scrolledTo) await lab.scrollTo(scrolledTo);
    await lab.page.screenshot({ path: join(pictures, `4-code-example-${called}.png`) });
  }

  it("runs every cell without an error", async () => {
    assert.deepEqual(await lab.redOutputs.allTextContents(), []);
    const prompts = await lab.prompts();
    const inOrder = prompts.map((_, index) => `[${index + 1}]:`);
    assert.deepEqual(prompts, inOrder, `not every cell was executed; JupyterLab's log:\n${jupyter?.log}`);
  });

  it("shows one progress bar and updates it in place", async () => {
    const { outputsAtMost, texts } = await lab.seenOf(fitCell);
    assert.ok(texts >= 3, `the bar showed only ${texts} different texts`);
    assert.ok(outputsAtMost >= 1 && outputsAtMost <= 2, `the cell had ${outputsAtMost} outputs at once`);
    await picture("progress", lab.codeCells.nth(fitCell));
  });

  it("draws the figures with Plotly, none of them cut off", async () => {
    const count = await lab.figures.count();
    assert.ok(count >= 4, `there are ${count} figures; the digits, the curves, the matrix and the mistakes are 4`);
    const widths = [];
    for (let index = 0; index < count; index++) {
      const figure = lab.figures.nth(index);
      await picture(`figure-${index + 1}-light`, figure);
      const drawn = await figure.locator("svg.main-svg").first().boundingBox();
      const output = figure.locator("xpath=ancestor-or-self::*[contains(@class, 'jp-OutputArea-output')]");
      const room = await output.boundingBox();
      assert.ok(drawn && room && drawn.width > 200 && drawn.height > 100, `figure ${index + 1} is not drawn`);
      widths.push({ figure: index + 1, drawn: Math.floor(drawn.width), room: Math.ceil(room.width) });
    }
    const cutOff = widths.filter(({ drawn, room }) => drawn > room);
    assert.deepEqual(cutOff, [], "figures are wider than the cell's output (pixels)");
  });

  it("is readable in the dark theme", async () => {
    await lab.choose("Settings", "Theme", "JupyterLab Dark");
    await lab.page.locator('body[data-jp-theme-light="false"]').waitFor({ state: "attached" });
    const count = await lab.figures.count();
    for (let index = 0; index < count; index++) await picture(`figure-${index + 1}-dark`, lab.figures.nth(index));
    await picture("progress-dark", lab.codeCells.nth(fitCell));
  });

  it("leaves no error on the browser's console", () => {
    const ours = lab.consoleErrors.filter((text) => !notOurs.some((pattern) => pattern.test(text)));
    assert.deepEqual(ours, []);
  });
});
