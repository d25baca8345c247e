// What every program of Jupyter is started with.
import { join } from "node:path";
import { jupyterHome } from "./places.mjs";

/** Settings, workspaces and connection files of Jupyter's programs, inside the checkout instead of the user's home. */
export const jupyterEnvironment = {
  JUPYTER_CONFIG_DIR: join(jupyterHome, "config"),
  JUPYTER_DATA_DIR: join(jupyterHome, "data"),
  JUPYTER_RUNTIME_DIR: join(jupyterHome, "runtime"),
  JUPYTER_PATH: undefined,
  JUPYTER_CONFIG_PATH: undefined,
  JUPYTER_PREFER_ENV_PATH: "1",
  IPYTHONDIR: join(jupyterHome, "ipython"),
  PYTHONNOUSERSITE: "1",
};
