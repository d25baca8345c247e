// Two short notebooks run live in JupyterLab under a real Chromium, as a learner runs them: Run → Run All Cells; in the first
// an exercise typed by hand, and a training that is interrupted. Their numbers are those of the run without a browser. The
// notebooks with their outputs are kept in output/browser/.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { executed } from "../notebooks/executed.js";
import { alike, printedBy } from "../notebooks/same-numbers.js";
import { deskOfSuite } from "./desk.js";
import { assertFiguresDrawn } from "./figures.js";
import { root } from "./jupyter.js";
import { NotebookFile } from "./notebook-file.js";

const kept = join(root, "output", "browser");
const first = "0-start-here.ipynb";

describe("in JupyterLab in a browser, live,", () => {
  const desk = deskOfSuite();

  for (const name of [first, "2.1-neural-networks.ipynb"]) {
    describe(name, function () {
      const outcome = executed(this, join("en", name));
      const source = join(root, "notebooks", "en", name);
      const saved = join(kept, name);
      const { codes } = new NotebookFile(source);
      const codeCell = (words: string) => {
        const place = codes.findIndex((code) => code.includes(words));
        assert.ok(place >= 0, `no cell of ${name} has ${words}`);
        return desk.lab.codeCells.nth(place);
      };

      before(async () => {
        mkdirSync(kept, { recursive: true });
        await desk.jupyter.take(source);
        await desk.open(name);
        await desk.kernelReady();
        await desk.lab.watchOutputs();
        await desk.lab.choose("Run", "Run All Cells");
        do {
          await desk.lab.finished();
          await desk.lab.save();
          copyFileSync(join(desk.jupyter.notebooks, name), saved);
        } while (!new NotebookFile(saved).wasRun);
        await desk.lab.pages();
      });

      afterEach(async function () {
        if (this.currentTest?.state === "failed")
          await desk.lab.page.screenshot({ path: join(kept, `${name}-failed.png`) });
      });

      after(() => desk.close());

      it("runs every cell without an error", async () => {
        assert.deepEqual(await desk.lab.redOutputs.allTextContents(), []);
        const counts = new NotebookFile(saved).executionCounts;
        const inOrder = counts.map((_, index) => index + 1);
        assert.deepEqual(counts, inOrder, `not every cell was executed; JupyterLab's log:\n${desk.jupyter.log}`);
      });

      it("draws each figure with Plotly, none of them cut off", () =>
        assertFiguresDrawn(desk.lab, new NotebookFile(saved)));

      it("gives the numbers of the run without a browser, to three digits", async function () {
        this.timeout(0);
        const [before, now] = [printedBy((await outcome()).executed_copy), printedBy(saved)];
        const differing = [...now].filter(([id, lines]) => !alike(before.get(id) ?? [], lines));
        assert.deepEqual(
          differing.map(([id, lines]) => ({ id, before: before.get(id), now: lines })),
          [],
        );
        assert.ok(now.size > 0, "it printed nothing");
      });

      if (name === first) {
        it("shows the progress of a training in place", async () => {
          const place = codes.findIndex((code) => code.includes("await fit("));
          const { outputsAtMost, texts } = await desk.lab.seenOf(place);
          assert.ok(texts >= 2, `the bar showed only ${texts} different texts`);
          assert.ok(outputsAtMost <= 6, `the cell had ${outputsAtMost} outputs at once`);
        });

        it("answers an exercise that is typed: first a slip, then the solution", async () => {
          const cell = codeCell('check("Exercise A"');
          const says = (verdict: RegExp) => cell.locator(".jp-OutputArea-output", { hasText: verdict }).waitFor();
          await says(/Exercise A: Not yet\./);
          await desk.lab.type(cell, "const accuracyOf = (right: number, all: number): number => (100 * right) / all");
          await desk.lab.run();
          await says(/Exercise A: Nearly\. .*this is in percent/);
          await desk.lab.type(cell, "const accuracyOf = (right: number, all: number): number => right / all");
          await desk.lab.run();
          await says(/Exercise A: Right\./);
        });

        it("keeps that the exercise was passed beside the notebook, and shows it in the list", async () => {
          const passed = join(desk.jupyter.notebooks, ".progress", "passed.json");
          assert.deepEqual(JSON.parse(readFileSync(passed, "utf8")), { 0: ["Exercise A"] });
          await desk.lab.type(await desk.lab.addCell(), "progress().rows[0].at(-1)");
          await desk.lab.run();
          await desk.lab.notebook
            .locator(".jp-OutputArea-output", { hasText: /A ✓ {2}B · {2}C ·/ })
            .first()
            .waitFor();
        });

        it("interrupts a training, and trains the same network on afterwards", async () => {
          const { lab } = desk;
          await lab.type(await lab.addCell(), "const longer = buildMlp({ units: [32], seed: 2 });");
          await lab.page.keyboard.type(" await fit(longer, mnist.train, { epochs: 10_000, seed: 2 })");
          await lab.run();
          const training = lab.notebook.locator(".jp-CodeCell", { hasText: "epochs: 10_000" });
          await training.locator(".jp-OutputArea", { hasText: /epoch \d+\/10000, step/ }).waitFor();
          await lab.interrupt();
          const stopped = lab.redOutputs.filter({ hasText: /^KeyboardInterrupt: the cell was stopped$/ });
          await stopped.waitFor();
          await lab.type(await lab.addCell(), "(await fit(longer, mnist.train.take(640), { epochs: 1 })).interrupted");
          await lab.run();
          await lab.notebook.locator(".jp-OutputArea-output", { hasText: /^false$/ }).waitFor();
        });
      }

      it("leaves no error on the browser's console", () => {
        // On a busy machine the page may ask for the list of kernels while one is being started, which the server cannot list yet and
        // answers with an error of its own (jupyter_server's kernel_model); the page asks again.
        const { log } = desk.jupyter;
        const starting = /object has no attribute '(last_activity|execution_state)'/.test(log);
        const errors = desk.lab.consoleErrors.filter(
          (text) => !(starting && /status of 500 .*\/api\/kernels\?/.test(text)),
        );
        assert.deepEqual(errors, [], `the server says: ${log.slice(-2000)}`);
      });
    });
  }
});
