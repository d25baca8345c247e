// Plotly's own validation, in Node. Plotly is made for a browser and asks it many things while it loads; all of them get
// the same answer here, an object that accepts everything. Validation itself needs no browser.
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import type { Figure } from "cellwise";

interface Plotly {
  PlotSchema: { get(): unknown };
  validate(data: unknown, layout: unknown): { msg: string }[] | undefined;
}

const anything: object = new Proxy(() => {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : name === Symbol.iterator ? undefined : anything),
  set: () => true,
  apply: () => anything,
});
/** The same, for what is made with `new`. */
class Anything {
  constructor() {
    // biome-ignore lint/correctness/noConstructorReturn: an instance that accepts everything is the point
    return anything;
  }
}

function loadPlotly(): Plotly {
  const path = require.resolve("plotly.js-dist/plotly.js");
  const module = { exports: {} };
  const window: Record<string, unknown> = {
    module,
    navigator: { userAgent: "" },
    document: anything,
    addEventListener() {},
    ...{ matchMedia: anything, getComputedStyle: anything, requestAnimationFrame: anything, URL: anything },
    ...{ DOMParser: Anything, HTMLElement: Anything, Blob: Anything },
    ...{ console, setTimeout, clearTimeout, performance, TextDecoder, TextEncoder },
  };
  window.window = window;
  window.self = window;
  runInContext(readFileSync(path, "utf8"), createContext(window), { filename: path });
  const loaded = module.exports as Plotly;
  // It would be built anew for each figure, which takes longer than all the rest of a validation.
  const schema = loaded.PlotSchema.get();
  loaded.PlotSchema.get = () => schema;
  return loaded;
}

let plotly: Plotly | undefined;

/** What Plotly finds wrong with a figure and each of its frames: unknown or invalid attributes. */
export function problems(figure: Figure): string[] {
  plotly ??= loadPlotly();
  // As it travels to the browser: JSON. A trace that a button makes visible is looked at as well.
  const { data, layout, frames = [] } = JSON.parse(JSON.stringify(figure)) as Figure;
  const visible = data.map((trace) => (trace.visible === false ? { ...trace, visible: true as const } : trace));
  const found = [...(plotly.validate(visible, layout) ?? [])];
  for (const frame of frames) {
    const changed = visible.slice();
    for (const [number, trace] of (frame.traces as number[]).entries())
      changed[trace] = { ...changed[trace], ...frame.data?.[number] } as Figure["data"][number];
    found.push(...(plotly.validate(changed, { ...layout, ...frame.layout }) ?? []));
  }
  // Plotly compares what a slider or a button calls with its own copy, and takes every such argument for changed.
  const copied = /^In layout, key (sliders|updatemenus)\[\d+\]\.(steps|buttons)\[\d+\]\.args\[\d\] .* got reset to/;
  return found.map((problem) => problem.msg).filter((message) => !copied.test(message));
}
