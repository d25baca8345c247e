// What a figure is here: plain data in Plotly's form, which JupyterLab, VS Code and plotly.js draw.
import type { Data, Frame, Layout } from "plotly.js-dist";

/** A Plotly figure: traces and a layout. Change either before `show` as you like. */
export interface Figure {
  /** What is drawn. */
  data: Data[];
  /** Titles, axes, size. */
  layout: Partial<Layout>;
  /** What a slider leads to, in a figure that has one. */
  frames?: Partial<Frame>[];
}
