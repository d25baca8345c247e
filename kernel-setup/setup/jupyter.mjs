// What every program of Jupyter is started with.
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateFolder } from "./own-folders.mjs";
import { jupyterHome } from "./places.mjs";

/** Settings and workspaces of Jupyter's programs, inside the checkout instead of the user's home. */
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

// Over TCP, even on the loopback address, every account of the machine may subscribe to what a kernel publishes: the key only
// signs. A socket in a folder that is its owner's alone cannot be reached by others.
/** Has the kernels of a server listen on sockets in its runtime folder. */
export const overSockets = "--KernelManager.transport=ipc";

/** The longest path of a socket that every system takes (macOS: 104 bytes with the zero at its end). */
const SOCKET_PATH = 103;
const LONGEST_NAME = "kernel-01234567-89ab-cdef-0123-456789abcdef-ipc-5".length;
const PREFIX = "cellwise-";

/**
 * A folder for connection files and sockets that nobody else may enter, with a path that is short enough.
 *
 * @param {string} [temporary] where such folders usually are
 * @returns {{ path: string, remove(): void }}
 */
export function runtimeFolder(temporary = tmpdir()) {
  mkdirSync(jupyterHome, { recursive: true, mode: 0o700 });
  const length = Buffer.byteLength(join(temporary, `${PREFIX}123456`, "x")) - 1 + LONGEST_NAME;
  return privateFolder(join(length <= SOCKET_PATH ? temporary : "/tmp", PREFIX));
}
