// One JupyterLab and one browser for all suites that ask for them: started before the first of their tests, ended after the last.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { findBrowser, launch } from "./chromium.js";
import { Jupyter } from "./jupyter.js";
import { LabPage } from "./lab-page.js";
import { NotebookFile } from "./notebook-file.js";

/** Adds the hooks to the suite that is being described; without a browser its tests are skipped, or fail in CI. */
export function deskOfSuite(): Desk {
  before(async function () {
    const browser = findBrowser();
    if (browser) return desk.start(browser);
    const advice = "install Chromium (Debian, Ubuntu: apt-get install chromium) or set CELLWISE_BROWSER to a browser";
    if (process.env.CI === "true") throw new Error(`no browser was found, and CI=true: ${advice}`);
    console.log(`      skipped, no browser was found: ${advice}`);
    this.skip();
  });
  return desk;
}

class Desk {
  readonly jupyter = new Jupyter();
  #browser: Browser | undefined;
  #lab: LabPage | undefined;
  #started: Promise<void> | undefined;
  #withKernel: boolean | undefined;

  get lab(): LabPage {
    assert.ok(this.#lab, "JupyterLab is not open");
    return this.#lab;
  }

  /** Opens a notebook of JupyterLab's folder, whose kernel starts meanwhile. */
  async open(notebook: string): Promise<void> {
    await this.#open(notebook, true);
  }

  /** Opens a notebook of JupyterLab's folder to look at its outputs: no kernel is started. */
  async show(notebook: string): Promise<void> {
    await this.#open(notebook, false);
  }

  /** Waits until the notebook's kernel is ready. */
  kernelReady(): Promise<void> {
    return this.lab.kernelReady("TypeScript (tslab)");
  }

  /** Closes the notebook, if one is open, and ends its kernel. */
  async close(): Promise<void> {
    const withKernel = this.#withKernel;
    if (withKernel === undefined) return;
    this.#withKernel = undefined;
    if (withKernel) await this.kernelReady();
    await this.lab.close();
    if (withKernel) await this.jupyter.endKernels();
  }

  /** Starts both, at the first call. */
  start(executable: string): Promise<void> {
    this.#started ??= this.#start(executable);
    return this.#started;
  }

  /** Ends both. */
  async stop(): Promise<void> {
    await this.#browser?.close();
    assert.deepEqual(await this.jupyter.stop(), [], "JupyterLab left processes behind");
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

  async #open(notebook: string, withKernel: boolean): Promise<void> {
    this.lab.consoleErrors.length = 0;
    const { codes } = new NotebookFile(join(this.jupyter.notebooks, notebook));
    this.#withKernel = withKernel;
    await this.lab.open(notebook, codes.length, withKernel);
  }
}

const desk = new Desk();
after(() => desk.stop());
