// What Plotly draws of names that it could take for markup, numbers, dates or templates: the text as it is written, in axes, legends,
// sliders, titles and under the mouse.
import assert from "node:assert/strict";
import { bars, type Figure, lines } from "cellwise";
import type { Browser, Page } from "playwright-core";
import { figuresOf, NAMES } from "../lib/plots/awkward-names.js";
import { findBrowser, launch } from "./chromium.js";

/** Drawn by what every machine has: scenes want a graphics card. */
const KINDS = [
  "bars",
  "lines",
  "lines over names",
  "confusion",
  "embedding of words",
  "histograms",
  "images",
  "boundary",
];

describe("names in a browser", () => {
  let browser: Browser | undefined;
  let page: Page;

  before(async function () {
    const executable = findBrowser();
    if (!executable) {
      if (process.env.CI === "true") throw new Error("no browser was found, and CI=true: install Chromium");
      console.log("      skipped, no browser was found");
      this.skip();
    }
    browser = await launch(executable, {});
    page = await browser.newPage({ viewport: { width: 1400, height: 1400 } });
    await page.setContent("<!doctype html><div id='figure'></div>");
    await page.addScriptTag({ path: require.resolve("plotly.js-dist/plotly.js") });
  });
  after(() => browser?.close());

  it("that occur twice have a place for each", async () => {
    const x = ["a", "a", "b"];
    for (const figure of [
      lines({ v: [1, 2, 3] }, { x, xTitle: "place", yTitle: "value" }),
      bars({ v: [1, 2, 3], w: [2, 1, 3] }, { x, yTitle: "value" }),
    ]) {
      const { texts } = await draw(page, figure);
      const names = texts.map((text) => text.replaceAll("\u200B", "")).filter((text) => x.includes(text));
      assert.deepEqual(names, x);
    }
  });

  for (let start = 0; start < NAMES.length; start += 7) {
    const names = NAMES.slice(start, start + 7);
    it(`are as they are written: ${names.join("  ").slice(0, 100)}`, async () => {
      const figures = figuresOf(names);
      for (const kind of KINDS) {
        const figure = { ...figures[kind], layout: { ...figures[kind]?.layout, width: 1300, height: 1300 } };
        const { texts, hovered } = await draw(page, figure as Figure);
        const expected = kind === "boundary" ? names.slice(0, 2) : names;
        for (const name of expected)
          assert.ok(
            texts.some((text) => sameText(text, name)),
            `${kind}: ${name} is not in ${JSON.stringify(texts)}`,
          );
        if (kind === "bars" || kind === "lines" || kind === "embedding of words")
          assert.ok(
            hovered.some((text) => sameText(text, names[0] as string)),
            `${kind}: ${JSON.stringify(hovered)}`,
          );
      }
    });
  }
});

/** A written `<br>` is one, and lines and figures add to a name (`<s>  mean 2`, `(1, <s>)`). */
function sameText(text: string, name: string): boolean {
  const plain = (one: string): string => one.replace(/[\u200B\s]+/g, " ").trim();
  return plain(text).includes(plain(name));
}

/** Draws a figure; what is written in it, and under the mouse at its first point. In the page. */
const DRAW = `async (json) => {
  const place = document.getElementById("figure");
  const figure = JSON.parse(json);
  await Plotly.newPlot(place, figure);
  const read = (selector) => [...place.querySelectorAll(selector)].map((text) => text.textContent);
  const texts = read("text");
  let hovered = [];
  try {
    Plotly.Fx.hover(place, [{ curveNumber: 0, pointNumber: 0 }]);
    hovered = read(".hoverlayer text");
  } catch {}
  Plotly.purge(place);
  return { texts, hovered };
}`;

function draw(page: Page, figure: Figure): Promise<{ texts: string[]; hovered: string[] }> {
  return page.evaluate(`(${DRAW})(${JSON.stringify(JSON.stringify(figure))})`);
}
