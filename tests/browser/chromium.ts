// The Chromium of this machine, driven by playwright-core (which brings none of its own).
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "brave-browser",
];
const macApplications = ["Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser"];

/** The path of an installed browser: `CELLWISE_BROWSER` if set, else one of the usual; `undefined` if there is none. */
export function findBrowser(): string | undefined {
  const given = process.env.CELLWISE_BROWSER;
  if (given) {
    if (!isExecutable(given))
      throw new Error(`CELLWISE_BROWSER is ${given}, which is no program; set it to a Chromium`);
    return given;
  }
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/local/bin", "/snap/bin"];
  const candidates = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...macApplications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  ];
  return candidates.find(isExecutable);
}

/** Starts a browser without a window; `mark` is set in its environment. */
export function launch(executablePath: string, mark: Record<string, string>): Promise<Browser> {
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...mark },
    // In a container there is neither a GPU nor what the sandbox needs; nothing but our own page is opened.
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"],
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
