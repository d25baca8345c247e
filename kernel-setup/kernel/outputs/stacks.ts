// Stacks in the cells' own terms, for every error as soon as its stack is first read: `In[7], line 4` instead of a file that
// nobody has written, and no frames of the kernel, of tslab or of Node's inside.
import type { Locations, Place } from "../session/locations";

/** Where an error came from: the uppermost frame that is in a cell. */
const places = new WeakMap<object, Place>();

export function placeOf(error: object): Place | undefined {
  return places.get(error);
}

export function bindStacks(locations: Locations): void {
  Error.prepareStackTrace = (error, sites) => {
    const frames: string[] = [];
    for (const site of sites) {
      const file = site.getScriptNameOrSourceURL() ?? site.getFileName() ?? "";
      const place = locations.find(file, site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0);
      if (place !== undefined) {
        if (!places.has(error)) places.set(error, place);
        frames.push(frameIn(place, site));
      } else if (!isInside(file)) {
        frames.push(`    at ${site.toString()}`);
      }
    }
    return [withOriginalNames(header(error)), ...frames].join("\n");
  };
}

function frameIn(place: Place, site: NodeJS.CallSite): string {
  const where = place.text;
  const text = site.toString();
  const name = text.includes(" (") ? text.slice(0, text.indexOf(" (")) : "";
  const own = name === "" || name === "eval" || name.startsWith("evalmachine");
  return own ? `    at ${where}` : `    at ${withOriginalNames(name)} (${where})`;
}

function header(error: Error): string {
  try {
    // Whatever has a stack is formatted as an error, also what is none: `console.trace` gives a plain object one.
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** Frames that say nothing about the learner's code. */
function isInside(file: string): boolean {
  return (
    file === "" ||
    file.startsWith("node:") ||
    file.startsWith("evalmachine") ||
    file.startsWith("cellwise-cell-") ||
    file.includes("/kernel-setup/dist/kernel/") ||
    file.includes("/tslab/dist/")
  );
}

/** Takes the kernel's rewriting out of a message: `(0 , exports.f)` is `f` to its author. */
export function withOriginalNames(text: string): string {
  return text.replace(/\(0 ?, ?exports(?:_\d+)?\.([\w$]+)\)/g, "$1").replace(/\bexports(?:_\d+)?\.([\w$]+)/g, "$1");
}
