// Methods and functions that stand in for others while a step is recorded, and their return afterwards.

/** A set of replacements that are undone together, in reverse order. */
export class Replacements {
  readonly #undo: (() => void)[] = [];

  /** Replaces a property of an object until `restore`; the original is handed over, for the replacement to call. */
  replace<Target extends object, Key extends keyof Target>(
    target: Target,
    key: Key,
    replacement: (original: Target[Key]) => Target[Key],
  ): void {
    const own = Object.getOwnPropertyDescriptor(target, key);
    const value = replacement(target[key]);
    Object.defineProperty(target, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: own?.enumerable ?? false,
    });
    this.#undo.push(() => {
      if (own === undefined) delete target[key];
      else Object.defineProperty(target, key, own);
    });
  }

  /** Has something done on the way back. */
  afterwards(action: () => void): void {
    this.#undo.push(action);
  }

  /** Puts everything back. */
  restore(): void {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) undo();
  }
}
