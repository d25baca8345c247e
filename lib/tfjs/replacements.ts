// Methods and functions that stand in for others while a step is recorded, and their return afterwards.
import { CleanupStack } from "./cleanup-stack";

/** A set of replacements that are undone together, in reverse order. */
export class Replacements extends CleanupStack {
  /** Replaces a property of an object until `restore`; the original is handed over, for the replacement to call. */
  replace<Target extends object, Key extends keyof Target>(
    target: Target,
    key: Key,
    replacement: (original: Target[Key]) => Target[Key],
  ): void {
    const own = Object.getOwnPropertyDescriptor(target, key);
    const value = replacement(target[key]);
    this.afterwards(() => {
      if (own === undefined) delete target[key];
      else Object.defineProperty(target, key, own);
    });
    Object.defineProperty(target, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: own?.enumerable ?? false,
    });
  }
}
