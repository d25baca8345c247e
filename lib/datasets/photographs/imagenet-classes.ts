// The names of the 1,000 classes of ImageNet (Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge", IJCV 115,
// 2015), as the npm package `@tensorflow-models/mobilenet` 2.1.1 has them, 35 kB; licence Apache 2.0.
import { checkArguments, STRING } from "../../arguments";
import { packagedFolder, readChecked } from "../package-file";

const FILE = {
  dataSet: "ImageNet's classes",
  package: "@tensorflow-models/mobilenet",
  version: "2.1.1",
  kept: "mobilenet",
  path: "imagenet_classes.js",
  bytes: 34_740,
  sha256: "2b077246aef6959d0714d3a454aac148aa71581236ba3233c839ca50307cee1b",
};

/**
 * The names of ImageNet's classes, in the order in which networks number them: `"goldfish, Carassius auratus"` is number 1. Where a
 * class has several names they stand side by side.
 *
 * Source: the npm package `@tensorflow-models/mobilenet`, 35 kB. Licence: Apache License 2.0.
 *
 * @param folder where the file is. Default: in `.data`, where `npm start` puts it.
 * @throws Error when the file is missing, cut, or not the original one; it says what to do.
 *
 * @example
 * ```ts
 * const classes = await loadImageNetClasses()
 * classes[1] // => "goldfish, Carassius auratus"
 * ```
 */
export async function loadImageNetClasses(folder: string = packagedFolder(FILE)): Promise<string[]> {
  checkArguments("loadImageNetClasses", { folder }, { folder: STRING });
  const text = (await readChecked(folder, FILE)).toString("utf8");
  // A program of one table, read as text: `7: 'cock',`, long names in pieces, `'a, ' +` on one line and `'b'` on the next.
  const joined = text.replace(/' \+\s+'/g, "");
  return Array.from(joined.matchAll(/^ +\d+: '(.*)',?$/gm), ([, name = ""]) => name.replaceAll("\\'", "'"));
}
