// Notebook 4 in JupyterLab under a real Chromium, as a learner runs it: Run → Run All Cells, the progress bar, the
// figures, in the light and the dark theme. The pictures are kept in output/browser/.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
  const jupyter = new Jupyter();
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
    writeFileSync(join(jupyter.notebooks, name), notebook.text);
    mkdirSync(pictures, { recursive: true });

    await jupyter.start();
    browser = await launch(executable, jupyter.mark);
    lab = new LabPage(await browser.newPage({ viewport: { width: 1280, height: 1000 }, reducedMotion: "reduce" }));
    await lab.open(jupyter.addressOf(name), "TypeScript (tslab)");
    await lab.watchOutputs();
    await lab.choose("Run", "Run All Cells");
    await lab.finished(runSeconds);
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await picture("failed");
  });

  after(async () => {
    if (lab && !lab.page.isClosed()) await picture("end");
    await browser?.close();
    const left = await jupyter.stop();
    assert.deepEqual(left, [], "JupyterLab left processes behind");
  });

  async function picture(called: string, scrolledTo?: Locator): Promise<void> {
    await scrolledTo?.scrollIntoViewIfNeeded();
    await lab.page.screenshot({ path: join(pictures, `4-code-example-${called}.png`) });
  }

  it("runs every cell without an error", async () => {
    assert.deepEqual(await lab.errors.allInnerTexts(), []);
    const said = [...(await lab.warnings.allInnerTexts()), jupyter.log].join("\n");
    assert.match(await lab.prompts(), /^(\[\d+\]:? ?)+$/, `not every cell was executed; stderr and log:\n${said}`);
  });

  it("shows one progress bar and updates it in place", async () => {
    const { outputsAtMost, texts } = await lab.seenOf(fitCell);
    assert.ok(texts >= 3, `the bar showed only ${texts} different texts`);
    assert.ok(outputsAtMost >= 1 && outputsAtMost <= 2, `the cell had ${outputsAtMost} outputs at once`);
    await picture("progress", lab.codeCells.nth(fitCell));
  });

  it("draws the figures with Plotly", async () => {
    const count = await lab.figures.count();
    assert.ok(count >= 1, "there is no figure");
    for (let index = 0; index < count; index++) {
      const figure = lab.figures.nth(index);
      await picture(`figure-${index + 1}-light`, figure);
      const box = await figure.locator("svg.main-svg").first().boundingBox();
      assert.ok(box && box.width > 200 && box.height > 100, `figure ${index + 1} is drawn as ${JSON.stringify(box)}`);
    }
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
