/// <reference lib="dom" />
// A notebook open in JupyterLab, as a learner sees it: menus, cells, outputs. Class names are those of JupyterLab 4.
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

/** What was seen of one cell's output while it ran. */
export interface Seen {
  /** The most outputs it had at once. */
  outputsAtMost: number;
  /** How many different texts it showed one after the other. */
  texts: number;
}

export class LabPage {
  /** Errors on the browser's console and exceptions that nobody caught. */
  readonly consoleErrors: string[] = [];

  constructor(readonly page: Page) {
    page.on("console", (message) => {
      if (message.type() === "error") this.consoleErrors.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.consoleErrors.push(error.stack ?? error.message));
  }

  get notebook(): Locator {
    return this.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)");
  }

  get codeCells(): Locator {
    return this.notebook.locator(".jp-CodeCell");
  }

  /** The outputs on red ground: errors (JupyterLab draws them as such) and what was written to stderr. */
  get redOutputs(): Locator {
    return this.notebook.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]');
  }

  /** The Plotly figures that are drawn, one for each. */
  get figures(): Locator {
    return this.notebook.locator(".jp-OutputArea-child .js-plotly-plot:has(svg.main-svg)");
  }

  /** Opens the notebook and waits until its kernel, of this display name, is there and idle. */
  async open(address: string, kernel: string): Promise<void> {
    await this.page.goto(address);
    await this.codeCells.first().waitFor();
    // Before the kernel is there JupyterLab calls it "No Kernel", and idle.
    await this.notebook.locator(`jp-button.jp-Toolbar-kernelName[aria-label="${kernel}"]`).waitFor();
    await this.#kernelIdle().waitFor();
  }

  /** Chooses an entry of the main menu by its words. */
  async choose(menu: string, ...entries: string[]): Promise<void> {
    await this.page.locator(".lm-MenuBar-item", { hasText: exactly(menu) }).click();
    for (const [level, entry] of entries.entries()) {
      const item = this.page
        .locator(".lm-Menu")
        .nth(level)
        .locator(".lm-Menu-item", { has: this.page.locator(".lm-Menu-itemLabel", { hasText: exactly(entry) }) });
      await item.hover();
      await item.click();
    }
  }

  /** Notes, from now on, what each code cell shows, without slowing the page down by asking again and again. */
  async watchOutputs(): Promise<void> {
    await this.page.evaluate(() => {
      const seen = new Map<Element, { outputsAtMost: number; texts: Set<string> }>();
      const look = (cell: Element): void => {
        const noted = seen.get(cell) ?? { outputsAtMost: 0, texts: new Set() };
        const outputs = cell.querySelectorAll(".jp-OutputArea-output");
        noted.outputsAtMost = Math.max(noted.outputsAtMost, outputs.length);
        if (outputs.length > 0) noted.texts.add([...outputs].map((output) => output.textContent ?? "").join("\n"));
        seen.set(cell, noted);
      };
      const observer = new MutationObserver((changes) => {
        const cells = new Set<Element>();
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement;
          const cell = element?.closest(".jp-OutputArea") && element.closest(".jp-CodeCell");
          if (cell) cells.add(cell);
        }
        cells.forEach(look);
      });
      observer.observe(document.body, { childList: true, characterData: true, subtree: true });
      Object.assign(globalThis, { seenOutputs: seen });
    });
  }

  /** What `watchOutputs` noted of the code cell with this number (0: the first). */
  seenOf(codeCell: number): Promise<Seen> {
    return this.codeCells.nth(codeCell).evaluate((cell): Seen => {
      const { seenOutputs } = globalThis as unknown as {
        seenOutputs: Map<Element, { outputsAtMost: number; texts: Set<string> }>;
      };
      const noted = seenOutputs.get(cell);
      return { outputsAtMost: noted?.outputsAtMost ?? 0, texts: noted?.texts.size ?? 0 };
    });
  }

  /**
   * Waits, after "Run All Cells", until nothing runs any more: every code cell was executed, or one failed and the rest
   * was given up.
   *
   * @throws if that takes longer, or JupyterLab asks something (as it does when a kernel dies).
   */
  async finished(seconds: number): Promise<void> {
    const untouched = /^\[ \]/;
    const waiting = /^\[\*\]/;
    const prompts = this.codeCells.locator(".jp-InputArea-prompt");
    const dialog = this.page.locator(".jp-Dialog");
    const deadline = Date.now() + seconds * 1000;
    const begun = async () => (await prompts.filter({ hasNotText: untouched }).count()) > 0;
    const running = async () =>
      (await prompts.filter({ hasText: waiting }).count()) > 0 || (await this.#kernelIdle().count()) === 0;
    while (!(await begun()) || (await running())) {
      if ((await dialog.count()) > 0) throw new Error(`JupyterLab asks: ${await dialog.allTextContents()}`);
      if (Date.now() > deadline) throw new Error(`not finished after ${seconds} s; cells: ${await this.prompts()}`);
      await this.page.waitForTimeout(200);
    }
  }

  /** What stands before the code cells: `[3]:` executed, `[*]:` running or waiting, `[ ]:` not executed. */
  async prompts(): Promise<string[]> {
    return this.codeCells.locator(".jp-InputArea-prompt").allTextContents();
  }

  /** Waits until what was changed is saved. */
  async saved(): Promise<void> {
    await this.page.locator(".lm-TabBar-tab.jp-mod-current:not(.jp-mod-dirty)").first().waitFor();
  }

  /** Takes pictures of the whole notebook, a window each, as `folder/01-theme.png` and so on. */
  async photograph(folder: string, theme: string): Promise<void> {
    const scrolled = this.notebook.locator(".jp-WindowedPanel-outer");
    await scrolled.evaluate((element) => element.scrollTo(0, 0));
    for (let number = 1, more = true; more; number++) {
      // Cells that come near are laid out, figures among them.
      await this.page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
      );
      await this.page.screenshot({ path: join(folder, `${String(number).padStart(2, "0")}-${theme}.png`) });
      more = await scrolled.evaluate((element) => {
        const before = element.scrollTop;
        element.scrollBy(0, element.clientHeight - 60);
        return element.scrollTop > before;
      });
    }
  }

  /** Brings something to the middle of the window and waits until it stands still there. */
  async scrollTo(target: Locator): Promise<void> {
    const toMiddle = () => target.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await toMiddle();
    // Cells far away are laid out only when they come near, which moves what was in the middle.
    await target.click({ trial: true, position: { x: 1, y: 1 } });
    await toMiddle();
  }

  #kernelIdle(): Locator {
    return this.notebook.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]');
  }
}

function exactly(words: string): RegExp {
  return new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
}
