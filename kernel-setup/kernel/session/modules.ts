// What `import` and `require` give a cell: packages through Node, the learner's own TypeScript and JSON files through here,
// anew when they, or a file they import, have changed on disk.
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { compileFunction, constants, Script } from "node:vm";
import { isPackaged } from "./resolution";

interface Instance {
  exports: unknown;
}

export interface ModuleRules {
  folder: string;
  home: string;
  /** The file that a specifier means in a file, when the compiler has met it there. */
  resolved(file: string, specifier: string): string | undefined;
  /** Modules that the kernel itself provides. */
  provided(specifier: string): unknown;
  /** Called before a package is loaded, and after. */
  beforeLoad(specifier: string, native: NodeJS.Require): void;
  afterLoad(specifier: string, cache: NodeJS.Dict<NodeJS.Module>): void;
}

/** The codes of packages that only a real `import()` can load. */
const ONLY_IMPORT = new Set(["ERR_REQUIRE_ASYNC_MODULE", "ERR_PACKAGE_PATH_NOT_EXPORTED", "ERR_REQUIRE_ESM"]);

export class Modules {
  /** JavaScript of the learner's own files, by path. */
  readonly #sources = new Map<string, string>();
  readonly #instances = new Map<string, Instance>();
  /** Which files have loaded a file. */
  readonly #importers = new Map<string, Set<string>>();
  /** Packages that were loaded by `import()`, by folder and specifier. */
  readonly #imported = new Map<string, unknown>();

  readonly reloading = new Reloading(require.cache, join(__dirname, ".."));

  constructor(readonly rules: ModuleRules) {}

  /** A new version of a file. */
  add(file: string, code: string): void {
    this.#sources.set(file, code);
    this.forget(file);
  }

  /** Forgets what was loaded from `file`, and every file that has imported it. */
  forget(file: string, seen = new Set<string>()): void {
    if (seen.has(file)) return;
    seen.add(file);
    this.#instances.delete(file);
    for (const importer of this.#importers.get(file) ?? []) this.forget(importer, seen);
  }

  /** `require` as a file sees it. */
  requireIn(file: string): NodeJS.Require {
    const native = createRequire(file);
    const require = (specifier: string): unknown => this.#load(file, specifier, native);
    return Object.assign(require, {
      resolve: native.resolve,
      cache: native.cache,
      main: native.main,
      extensions: native.extensions,
    }) as NodeJS.Require;
  }

  /** `import(specifier)` as a file sees it. */
  async importIn(file: string, specifier: string): Promise<unknown> {
    try {
      return namespaceOf(this.requireIn(file)(specifier));
    } catch (error) {
      if (!isOnlyImport(error)) throw error;
    }
    return this.#import(file, specifier);
  }

  /** Loads beforehand what only `import()` can load, so that the cell's own `require` finds it. */
  async prepare(file: string, specifiers: string[]): Promise<void> {
    for (const specifier of specifiers) {
      if (/^[./]/.test(specifier) || this.#sources.has(this.rules.resolved(file, specifier) ?? "")) continue;
      try {
        this.requireIn(file)(specifier);
      } catch (error) {
        if (isOnlyImport(error)) await this.#import(file, specifier);
        // Whatever else is wrong appears when the cell itself gets there.
      }
    }
  }

  #load(file: string, specifier: string, native: NodeJS.Require): unknown {
    const provided = this.rules.provided(specifier);
    if (provided !== undefined) return provided;
    const resolved = this.rules.resolved(file, specifier);
    if (resolved !== undefined && !resolved.includes("/node_modules/")) {
      this.#importedBy(resolved, file);
      if (resolved.endsWith(".json")) return this.#json(resolved);
      if (this.#sources.has(resolved)) return this.#instance(resolved).exports;
    }
    this.rules.beforeLoad(specifier, native);
    const loaded = this.#package(file, specifier, native);
    this.rules.afterLoad(specifier, native.cache);
    this.reloading.note();
    return loaded;
  }

  #package(file: string, specifier: string, native: NodeJS.Require): unknown {
    const imported = this.#imported.get(`${dirname(file)}\0${specifier}`);
    if (imported !== undefined) return imported;
    try {
      return native(specifier);
    } catch (error) {
      // Only when the package itself is missing, not when a file in it is.
      if (!isMissing(error, specifier) || /^[./]/.test(specifier)) throw error;
      const fromHome = createRequire(join(this.rules.home, "cell.js"));
      try {
        return fromHome(specifier);
      } catch (second) {
        throw isMissing(second, specifier) ? error : second;
      }
    }
  }

  #importedBy(file: string, importer: string): void {
    const importers = this.#importers.get(file) ?? new Set();
    this.#importers.set(file, importers.add(importer));
  }

  #json(file: string): unknown {
    const instance = this.#instances.get(file) ?? { exports: JSON.parse(readFileSync(file, "utf8")) };
    this.#instances.set(file, instance);
    return instance.exports;
  }

  #instance(file: string): Instance {
    const known = this.#instances.get(file);
    if (known !== undefined) return known;
    const instance: Instance = { exports: {} };
    this.#instances.set(file, instance);
    try {
      const names = ["exports", "require", "module", "__filename", "__dirname"];
      const compiled = compileFunction(this.#sources.get(file) ?? "", names, {
        filename: file,
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      compiled(instance.exports, this.requireIn(file), instance, file, dirname(file));
    } catch (error) {
      this.#instances.delete(file);
      throw error;
    }
    return instance;
  }

  async #import(file: string, specifier: string): Promise<unknown> {
    const key = `${dirname(file)}\0${specifier}`;
    const known = this.#imported.get(key);
    if (known !== undefined) return known;
    let namespace: unknown;
    try {
      namespace = await importFrom(dirname(file), specifier);
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error;
      namespace = await importFrom(this.rules.home, specifier);
    }
    this.#imported.set(key, namespace);
    return namespace;
  }
}

/** A real `import()` that resolves from `folder`. */
function importFrom(folder: string, specifier: string): Promise<unknown> {
  const script = new Script("(specifier) => import(specifier)", {
    filename: join(folder, "cell.js"),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return (script.runInThisContext() as (specifier: string) => Promise<unknown>)(specifier);
}

function isOnlyImport(error: unknown): boolean {
  return ONLY_IMPORT.has((error as { code?: string } | undefined)?.code ?? "");
}

function isMissing(error: unknown, specifier: string): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === "MODULE_NOT_FOUND" && (message ?? "").startsWith(`Cannot find module '${specifier}'`);
}

/** The namespace that `import()` gives for what `require` gave. */
function namespaceOf(exports: unknown): unknown {
  if (typeof exports === "object" && exports !== null && (exports as { __esModule?: boolean }).__esModule)
    return exports;
  if (Object.prototype.toString.call(exports) === "[object Module]") return exports;
  const namespace: Record<string, unknown> = Object.create(null);
  if ((typeof exports === "object" && exports !== null) || typeof exports === "function") {
    for (const key of Object.keys(exports)) {
      if (key === "default") continue;
      Object.defineProperty(namespace, key, { enumerable: true, get: () => (exports as Record<string, unknown>)[key] });
    }
  }
  namespace.default = exports;
  return namespace;
}

/**
 * JavaScript that Node has loaded and that is no package's (the course's own library, a .cjs file beside the notebook): when it
 * changes on disk, it and whatever has loaded it are loaded anew at the next import.
 */
class Reloading {
  /** When files were last changed, as of their loading. */
  readonly #stamps = new Map<string, string>();

  /** @param own the folder of the kernel's own code, which stays as it is. */
  constructor(
    readonly cache: NodeJS.Dict<NodeJS.Module>,
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
