// JavaScript that Node has loaded and that is no package's (the course's own library, a .cjs file beside the notebook):
// when it changes on disk, it and whatever has loaded it are loaded anew at the next import.
import { statSync } from "node:fs";
import { isPackaged } from "./resolution";

type Cache = NodeJS.Dict<NodeJS.Module>;

export class Reloading {
  /** When files were last changed, as of their loading. */
  readonly #stamps = new Map<string, string>();

  /** @param own the folder of the kernel's own code, which stays as it is. */
  constructor(
    readonly cache: Cache,
    readonly own: string,
  ) {}

  /** Notes what has been loaded since the last time. */
  note(): void {
    for (const file of Object.keys(this.cache)) {
      if (this.#stamps.has(file) || isPackaged(file) || file.startsWith(this.own)) continue;
      this.#stamps.set(file, stampOf(file));
    }
  }

  /** Forgets what has changed. */
  refresh(): void {
    const changed = new Set<string>();
    for (const [file, stamp] of this.#stamps) if (stampOf(file) !== stamp) changed.add(file);
    if (changed.size === 0) return;
    for (let grown = true; grown; ) {
      grown = false;
      for (const [file, module] of Object.entries(this.cache)) {
        if (changed.has(file) || !this.#stamps.has(file)) continue;
        if (!module?.children.some((child) => changed.has(child.filename))) continue;
        changed.add(file);
        grown = true;
      }
    }
    for (const file of changed) {
      delete this.cache[file];
      this.#stamps.delete(file);
    }
  }

  /** Forgets modules whose loading was broken off: Node would hand out what little they have. */
  dropUnfinished(): void {
    for (const [file, module] of Object.entries(this.cache)) if (module?.loaded === false) delete this.cache[file];
  }
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.mtimeMs} ${stats.size}`;
}
