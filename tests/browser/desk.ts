// A JupyterLab and a browser for the suite that asks for them: started before its tests, ended after them.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { findBrowser, launch } from "./chromium.js";
import { Jupyter } from "./jupyter.js";
import { LabPage } from "./lab-page.js";
import { NotebookFile } from "./notebook-file.js";

export class Desk {
  readonly jupyter = new Jupyter();
  #browser: Browser | undefined;
  #lab: LabPage | undefined;
  #isOpen = false;

  /** Adds the hooks to the suite that is being described; without a browser its tests are skipped, or fail in CI. */
  constructor() {
    const start = (browser: string) => this.#start(browser);
    before(async function () {
      const browser = findBrowser();
      if (browser) return start(browser);
      const advice = "install Chromium (Debian, Ubuntu: apt-get install chromium) or set CELLWISE_BROWSER to a browser";
      if (process.env.CI === "true") throw new Error(`no browser was found, and CI=true: ${advice}`);
      console.log(`      skipped, no browser was found: ${advice}`);
      this.skip();
    });
    after(async () => {
      await this.#browser?.close();
      assert.deepEqual(await this.jupyter.stop(), [], "JupyterLab left processes behind");
    });
  }

  get lab(): LabPage {
    assert.ok(this.#lab, "JupyterLab is not open");
    return this.#lab;
  }

  /** Opens a notebook of JupyterLab's folder, whose kernel starts meanwhile. */
  async open(notebook: string): Promise<void> {
    this.lab.consoleErrors.length = 0;
    await this.lab.open(notebook, new NotebookFile(join(this.jupyter.notebooks, notebook)).codes.length);
    this.#isOpen = true;
  }

  /** Waits until the notebook's kernel is ready. */
  kernelReady(): Promise<void> {
    return this.lab.kernelReady("TypeScript (tslab)");
  }

  /** Closes the notebook, if one is open, and ends its kernel. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.kernelReady();
    await this.lab.close();
    await this.jupyter.endKernels();
  }

  async #start(executable: string): Promise<void> {
    await this.jupyter.start();
    this.#browser = await launch(executable, this.jupyter.mark);
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 1000 }, reducedMotion: "reduce" });
    // A limit ends only what hangs: a busy machine may take its time.
    page.setDefaultTimeout(600_000);
    this.#lab = new LabPage(page);
    await page.goto(this.jupyter.address);
  }
}
