/// <reference lib="dom" />
// A notebook open in JupyterLab, as a learner sees it: menus, cells, outputs. Class names are those of JupyterLab 4.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

export type Theme = "light" | "dark";

/** What was seen of one cell's output while it ran. */
export interface Seen {
  /** The most outputs it had at once. */
  outputsAtMost: number;
  /** How many different texts it showed one after the other. */
  texts: number;
}

/** How large a figure is drawn, and the room that its cell's output gives it, in pixels. */
export interface FigureSize {
  drawn: { width: number; height: number };
  room: { width: number; height: number };
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

  /**
   * Plays every player of the notebook, silently, until its sound has moved on.
   *
   * @returns the seconds of each
   */
  playSounds(): Promise<number[]> {
    return this.notebook.locator(".jp-OutputArea-output audio").evaluateAll((players) =>
      Promise.all(
        players.map(async (player) => {
          if (!(player instanceof HTMLAudioElement)) throw new Error("no player");
          player.muted = true; // what is to be heard waits for a click
          await player.play();
          while (!(player.currentTime > 0))
            await new Promise((moved) => player.addEventListener("timeupdate", moved, { once: true }));
          player.pause();
          return player.duration;
        }),
      ),
    );
  }

  /** Opens a notebook of JupyterLab's folder, with a kernel or without, and waits until its code cells, so many, are there. */
  async open(notebook: string, codeCells: number, withKernel: boolean): Promise<void> {
    await this.#command("docmanager:open", {
      path: notebook,
      factory: "Notebook",
      ...(withKernel ? {} : { kernelPreference: { shouldStart: false } }),
    });
    // Not by a locator, which looks into each element for a shadow: that slows down the page it waits for.
    await this.page.waitForFunction(
      (number) => document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").length >= number,
      codeCells,
    );
  }

  /** Waits until the notebook's kernel, of this display name, is there and idle. */
  async kernelReady(kernel: string): Promise<void> {
    // Before the kernel is there JupyterLab calls it "No Kernel", and idle.
    await this.notebook.locator(`jp-button.jp-Toolbar-kernelName[aria-label="${kernel}"]`).waitFor();
    await this.#kernelIdle().waitFor();
  }

  /** Saves the notebook, which JupyterLab would ask about, where it was changed, and closes it. */
  async close(): Promise<void> {
    if ((await this.page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty").count()) > 0) await this.save();
    await this.choose("File", "Close Tab");
    await this.notebook.waitFor({ state: "detached" });
  }

  /** Chooses the light or the dark theme and waits until it is there. */
  async paint(theme: Theme): Promise<void> {
    await this.#command("apputils:change-theme", { theme: theme === "light" ? "JupyterLab Light" : "JupyterLab Dark" });
    await this.page.locator(`body[data-jp-theme-light="${theme === "light"}"]`).waitFor({ state: "attached" });
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
      const notebook = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
      if (!notebook) throw new Error("no notebook is open");
      observer.observe(notebook, { childList: true, characterData: true, subtree: true });
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
   * was given up. (Between two cells the kernel is idle for a moment, and a folded cell shows no prompt: the saved file says
   * whether it was the end.)
   *
   * @throws if JupyterLab asks something (as it does when a kernel dies).
   */
  async finished(): Promise<void> {
    // In the page, and not by locators, which look into each element for a shadow: the notebook computes meanwhile.
    const asked = await this.page.waitForFunction(
      () => {
        const dialog = document.querySelector(".jp-Dialog");
        if (dialog) return { question: dialog.textContent };
        const notebook = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
        const prompts = [...(notebook?.querySelectorAll(".jp-CodeCell .jp-InputArea-prompt") ?? [])];
        const begins = (words: string) => (prompt: Element) => prompt.textContent?.trim().startsWith(words) ?? false;
        const begun = !prompts.every(begins("[ ]"));
        const idle = notebook?.querySelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]');
        return begun && idle && !prompts.some(begins("[*]")) ? { question: undefined } : undefined;
      },
      undefined,
      { polling: 200, timeout: 0 },
    );
    const { question } = (await asked.jsonValue()) ?? {};
    if (question !== undefined) throw new Error(`JupyterLab asks: ${question}`);
  }

  /** Saves the notebook and waits until that is done. */
  async save(): Promise<void> {
    await this.choose("File", "Save Notebook");
    await this.page.locator(".lm-TabBar-tab.jp-mod-current:not(.jp-mod-dirty)").first().waitFor();
  }

  /** Writes into a code cell as a learner does: in place of its first line, or, where it is empty, as its only one. */
  async type(codeCell: Locator, line: string): Promise<void> {
    await codeCell.locator(".cm-line").first().click();
    await this.page.keyboard.press("End");
    await this.page.keyboard.press("Shift+Home");
    await this.page.keyboard.type(line);
  }

  /** Runs the cell that the cursor is in, and stays in it. */
  async run(): Promise<void> {
    await this.page.keyboard.press("Control+Enter");
  }

  /** Puts an empty code cell below the one that the cursor is in, and the cursor into it. */
  async addCell(): Promise<Locator> {
    const before = await this.codeCells.count();
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("b");
    await this.codeCells.nth(before).waitFor({ state: "attached" });
    return this.notebook.locator(".jp-CodeCell.jp-mod-active");
  }

  /** Presses ■. */
  async interrupt(): Promise<void> {
    await this.notebook.locator('jp-button[data-command="notebook:interrupt-kernel"]').click();
  }

  /** Goes through the notebook from its top to its end, a window at a time; each is laid out, its figures drawn. */
  async pages(visit: (number: number) => Promise<void> = async () => undefined): Promise<void> {
    const scrolled = await this.notebook.locator(".jp-WindowedPanel-outer").elementHandle();
    if (!scrolled) throw new Error("no notebook is open");
    await scrolled.evaluate((element) => element.scrollTo(0, 0));
    for (let number = 1, more = true; more; number++) {
      await this.page.evaluate(laidOut);
      await visit(number);
      more = await scrolled.evaluate((element) => {
        const before = element.scrollTop;
        element.scrollBy(0, element.clientHeight - 60);
        return element.scrollTop > before;
      });
    }
    await scrolled.dispose();
  }

  /** Takes pictures of the whole notebook, a window each, as `folder/01-theme.jpeg` and so on. */
  async photograph(folder: string, theme: Theme): Promise<void> {
    // Playwright's own pictures take twice the time: it waits for fonts and animations of each.
    const browser = await this.page.context().newCDPSession(this.page);
    await this.pages(async (number) => {
      const { data } = await browser.send("Page.captureScreenshot", { format: "jpeg", quality: 80 });
      writeFileSync(join(folder, `${String(number).padStart(2, "0")}-${theme}.jpeg`), data, "base64");
    });
    await browser.detach();
  }

  /** The sizes of the figures; where the notebook was gone through, of all. */
  figureSizes(): Promise<FigureSize[]> {
    return this.figures.evaluateAll((figures) => {
      const sizeOf = (element: Element | null | undefined) => {
        const { width, height } = element?.getBoundingClientRect() ?? { width: 0, height: 0 };
        return { width, height };
      };
      return figures.map((figure) => ({
        drawn: sizeOf(figure.querySelector("svg.main-svg")),
        room: sizeOf(figure.closest(".jp-OutputArea-output")),
      }));
    });
  }

  /** Carries out a command of JupyterLab, as its menus do. */
  async #command(name: string, args: object): Promise<void> {
    await this.page.waitForFunction(() => "jupyterapp" in globalThis);
    await this.page.evaluate(
      async ([command, options]) => {
        const { jupyterapp } = globalThis as unknown as {
          jupyterapp: { started: Promise<void>; commands: { execute(name: string, args: object): Promise<unknown> } };
        };
        await jupyterapp.started;
        await jupyterapp.commands.execute(command, options);
      },
      [name, args] as const,
    );
  }

  #kernelIdle(): Locator {
    return this.notebook.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]');
  }
}

/** Waits, in the page, until the cells that came near are laid out, and the figures in view drawn. */
async function laidOut(): Promise<void> {
  const frame = () => new Promise<unknown>((done) => requestAnimationFrame(done));
  const inView = (element: Element): boolean => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };
  const figures = document.querySelectorAll(
    '.jp-OutputArea-output[data-mime-type="application/vnd.plotly.v1+json"]:not(:has(svg.main-svg))',
  );
  await frame();
  await frame();
  await new Promise((done) => setTimeout(done));
  while ([...figures].some((one) => inView(one) && !one.querySelector("svg.main-svg"))) await frame();
}

function exactly(words: string): RegExp {
  return new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
}
