// Where everything lives. All of it is inside the checkout.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const setupFolder = join(root, "kernel-setup", "setup");
export const nodeModules = join(root, "node_modules");
export const tfjsNode = join(nodeModules, "@tensorflow", "tfjs-node");
export const addOn = join(tfjsNode, "lib", "napi-v8");

export const tensorflow = join(root, ".tensorflow");
/** Data sets and weights: a folder for each package that a part was taken of. */
export const data = join(root, ".data");
export const venv = join(root, ".venv");
export const venvPython = join(venv, "bin", "python");
export const kernelspec = join(venv, "share", "jupyter", "kernels", "tslab");

/** What JupyterLab would else keep in the user's home: settings, workspaces, connection files. */
export const jupyterHome = join(root, ".jupyter");
/** Downloads of a set-up under way; gone when it is done. (The kernel keeps its history and compiled code beside it.) */
export const cache = join(root, ".cache", "setup");
/** The lock of a set-up under way, and the whole output of its commands. */
export const setupState = join(root, ".setup");

/**
 * The Node that was there before us. In npm's scripts plain `node` is the kernel's own, once that is installed: its package
 * lies in node_modules and has a `bin`.
 */
export const userNode = process.env.npm_node_execpath || process.execPath;

/**
 * npm as it was started, or the one on the PATH.
 * @returns {[string, string[]]} the program and its first arguments
 */
export function npmCommand() {
  const script = process.env.npm_execpath;
  return script && /npm-cli\.js$/.test(script) && existsSync(script) ? [userNode, [script]] : ["npm", []];
}
