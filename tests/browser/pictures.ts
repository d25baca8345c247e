// `npm run pictures`: draws one figure of each executed notebook, small, for README's table. Run the notebooks first.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findBrowser, launch } from "./chromium";

const root = join(__dirname, "../../..");
const executed = join(root, "output/notebooks/en");
const pictures = join(root, "notebooks/pictures");
/** README shows them half as large. */
const size = { width: 480, height: 320 };
const PLOTLY = "application/vnd.plotly.v1+json";

/** Which of a notebook's figures: the one that one would show to others. The first is 0. */
const chosen: Record<string, number> = {
  ...{
    "0": 2,
    "1.1": 0,
    "1.2": 2,
    "1.3": 1,
    "1.3.1": 12,
    "1.3.2": 1,
    "1.3.3": 0,
    "1.3.4": 2,
    "1.4": 0,
    "2.1": 7,
    "2.2": 1,
    "2.3": 2,
  },
  ...{ "3.1": 13, "3.2": 6, "3.3": 3, "4": 4, "5": 12, "6": 4, "7": 0, "7.1": 13 },
};

interface Figure {
  data: object[];
  layout?: object;
}

function figuresOf(path: string): Figure[] {
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as { cells: { outputs?: { data?: object }[] }[] };
  return cells.flatMap(({ outputs = [] }) =>
    outputs.flatMap(({ data = {} }) => (PLOTLY in data ? [data[PLOTLY] as Figure] : [])),
  );
}

async function main(): Promise<void> {
  const browser = findBrowser();
  if (!browser) throw new Error("No browser was found: install Chromium, or set CELLWISE_BROWSER to a browser.");
  if (!existsSync(executed)) throw new Error("No executed notebooks are there. Run first: npm run notebooks");
  mkdirSync(pictures, { recursive: true });
  const chromium = await launch(browser, {});
  try {
    const page = await chromium.newPage({ viewport: size });
    await page.setContent(`<body style="margin: 0"><div id="figure"></div></body>`);
    await page.addScriptTag({ path: require.resolve("plotly.js-dist") });
    for (const name of readdirSync(executed).filter((name) => name.endsWith(".ipynb"))) {
      const section = name.split("-")[0] ?? name;
      const figures = figuresOf(join(executed, name));
      const figure = figures[chosen[section] ?? figures.length - 1];
      if (!figure) {
        console.log(`${section}: no figure`);
        continue;
      }
      await page.evaluate(
        async ({ data, layout, size }) => {
          const { Plotly } = globalThis as unknown as { Plotly: { newPlot: (...given: unknown[]) => Promise<void> } };
          const colours = { paper_bgcolor: "white", plot_bgcolor: "white" };
          await Plotly.newPlot("figure", data, { ...layout, ...size, ...colours }, { displayModeBar: false });
        },
        { data: figure.data, layout: figure.layout ?? {}, size },
      );
      writeFileSync(join(pictures, `${section}.jpeg`), await page.screenshot({ type: "jpeg", quality: 70 }));
      console.log(`${section}: figure ${chosen[section] ?? figures.length - 1} of ${figures.length}`);
    }
  } finally {
    await chromium.close();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
