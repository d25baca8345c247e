// What the browser has to have done with a notebook's figures.
import assert from "node:assert/strict";
import type { LabPage } from "./lab-page.js";
import type { NotebookFile } from "./notebook-file.js";

/** Each figure of the notebook, which was gone through, is drawn by Plotly and no wider than its output. */
export async function assertFiguresDrawn(lab: LabPage, file: NotebookFile): Promise<void> {
  const sizes = await lab.figureSizes();
  assert.equal(sizes.length, file.figures);
  const wrong = sizes.flatMap(({ drawn, room }, index) =>
    drawn.width < 200 || drawn.height < 100 || Math.floor(drawn.width) > Math.ceil(room.width)
      ? [{ figure: index + 1, drawn, room }]
      : [],
  );
  assert.deepEqual(wrong, [], "figures that are not drawn, or wider than the cell's output (pixels)");
}
