// Which pictures a reader has put into a folder.
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkArguments, kind, optional } from "../../arguments";
import { codeOf, messageOf } from "../../error-message";

const PATH = kind("the path of a folder", (value) => typeof value === "string" && value !== "");
/** How the names of pictures end, those too that `loadPhotograph` cannot read: it says what to do with them. */
const ENDINGS = /\.(png|jpe?g|webp|hei[cf]|avif|gif|bmp|tiff?|svg)$/i;

/**
 * The pictures in a folder, in the order of their names: what ends in `.png` or `.jpg`, and in what other pictures end in, of which
 * `loadPhotograph` says that they have to be saved as one of the two.
 *
 * @param folder a relative one begins in the notebook's folder. Default: the notebook's folder itself.
 * @returns their paths, as `loadPhotograph` takes them; none where there is no picture.
 * @throws Error when there is no such folder, or it cannot be read.
 *
 * @example
 * ```ts
 * for (const path of await picturesIn()) {
 *   const photograph = await loadPhotograph(path)
 *   console.log(path, photograph.shape)
 *   photograph.dispose()
 * }
 * ```
 */
export async function picturesIn(folder = "."): Promise<string[]> {
  checkArguments("picturesIn", { folder }, { folder: optional(PATH) });
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => ENDINGS.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (cause) {
    const place = resolve(folder);
    if (codeOf(cause) === "ENOENT")
      throw new Error(`There is no folder ${place}. Make it first, or leave the path out: the notebook's own folder.`, {
        cause,
      });
    throw new Error(`The pictures in ${place} cannot be listed: ${messageOf(cause)}. Give the path of a folder.`, {
      cause,
    });
  }
}
