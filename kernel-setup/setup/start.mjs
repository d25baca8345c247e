// `npm start`: sets up what is not set up yet and opens JupyterLab on the notebooks.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runInForeground } from "./command.mjs";
import { jupyterEnvironment, overSockets, runtimeFolder } from "./jupyter.mjs";
import { root, venv, venvPython } from "./places.mjs";
import { setUp } from "./setup.mjs";

/** @param {string[]} args passed on to JupyterLab: `npm start -- --no-browser` */
export async function main(args) {
  await setUp();
  const isRoot = process.getuid?.() === 0;
  const lab = ["-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", `--ServerApp.root_dir=${root}`, overSockets];
  const where = `--LabApp.default_url=/lab/tree/${firstNotebook()}`;
  const runtime = runtimeFolder();
  try {
    return await runInForeground(venvPython, [...lab, where, ...(isRoot ? ["--allow-root"] : []), ...args], {
      cwd: root,
      env: {
        ...jupyterEnvironment,
        JUPYTER_RUNTIME_DIR: runtime.path,
        VIRTUAL_ENV: venv,
        PATH: `${join(venv, "bin")}:${process.env.PATH}`,
      },
    });
  } finally {
    runtime.remove();
  }
}

/** The notebook that the course begins with: the first by its number. */
function firstNotebook() {
  const names = readdirSync(join(root, "notebooks", "en")).filter((name) => name.endsWith(".ipynb"));
  return ["notebooks", "en", ...names.sort().slice(0, 1)].join("/");
}
