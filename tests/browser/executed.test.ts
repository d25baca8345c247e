// The executed copy of every notebook, opened in JupyterLab under a real Chromium: its figures, and every page of it in the
// light and the dark theme. The pictures are kept in output/browser/.
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { executed, notebooks } from "../notebooks/executed.js";
import { deskOfSuite } from "./desk.js";
import { assertFiguresDrawn } from "./figures.js";
import { root } from "./jupyter.js";
import type { Theme } from "./lab-page.js";
import { NotebookFile } from "./notebook-file.js";

describe("in JupyterLab in a browser, executed,", () => {
  const desk = deskOfSuite();
  // Each notebook is opened in the theme that the one before was left in: a change lays out the whole page anew.
  let theme: Theme = "light";

  for (const notebook of notebooks) {
    const name = basename(notebook);
    describe(name, function () {
      const outcome = executed(this, notebook);
      const pictures = join(root, "output", "browser", name.replace(".ipynb", ""));
      let copy: string;

      before(async function () {
        this.timeout(0);
        const { result, executed_copy } = await outcome();
        assert.equal(result, "passed", "it was not executed to its end: see the tests of the notebooks");
        copy = executed_copy;
        rmSync(pictures, { recursive: true, force: true });
        mkdirSync(pictures, { recursive: true });
        await desk.jupyter.take(copy);
        await desk.show(name);
        await desk.lab.photograph(pictures, theme);
      });

      afterEach(async function () {
        if (this.currentTest?.state === "failed")
          await desk.lab.page.screenshot({ path: join(pictures, "failed.png") });
      });

      after(() => desk.close());

      it("draws each figure with Plotly, none of them cut off", () =>
        assertFiguresDrawn(desk.lab, new NotebookFile(copy)));

      it("plays its sounds, each as long as it says", async () => {
        const said = new NotebookFile(copy).sounds;
        const played = await desk.lab.playSounds();
        assert.deepEqual(
          played.map((seconds) => seconds.toFixed(2)),
          said.map((seconds) => seconds.toFixed(2)),
        );
      });

      it("shows nothing on red ground", async () => {
        assert.deepEqual(await desk.lab.redOutputs.allTextContents(), []);
      });

      it("is readable in both themes", async () => {
        theme = theme === "light" ? "dark" : "light";
        await desk.lab.paint(theme);
        await desk.lab.photograph(pictures, theme);
      });

      it("leaves no error on the browser's console", () => {
        assert.deepEqual(desk.lab.consoleErrors, []);
      });
    });
  }
});
