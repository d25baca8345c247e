// Which file an import means to the compiler: from the notebook's folder, else from the checkout that the kernel belongs to;
// by Node's older rules (package.json's `main` and `types`), else by `exports`.
import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import type ts from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./tslab";

type Found = ts.ResolvedModuleWithFailedLookupLocations;

/** What Node brings (`fs`, `node:path`) is declared, and no file: looking for it everywhere would be a quarter of a start. */
const DECLARED: Found = { resolvedModule: undefined };

export class Resolution {
  /** File and specifier to the file it means, for files that are no package's. */
  readonly #files = new Map<string, Map<string, string>>();
  /** Packages found for cells: those are asked for again with every cell. */
  readonly #packages = new Map<string, Found>();
  /** Local files with an import that was not found: looked up again each time. */
  readonly #unresolved = new Set<string>();
  readonly #cache: ts.ModuleResolutionCache;

  constructor(
    readonly ts: TypeScript,
    readonly host: ts.ModuleResolutionHost,
    readonly options: ts.CompilerOptions,
    readonly folder: string,
    readonly home: string,
  ) {
    this.#cache = ts.createModuleResolutionCache(folder, (name) => name, options);
  }

  /** The file that `specifier` means in `file`, when the compiler has met it there. */
  resolvedFile(file: string, specifier: string): string | undefined {
    return this.#files.get(file)?.get(specifier);
  }

  /** The local files that `file` imports. */
  imports(file: string): string[] {
    return [...(this.#files.get(file)?.values() ?? [])];
  }

  isUnresolved(file: string): boolean {
    return this.#unresolved.has(file);
  }

  /** Resolves what a file imports. */
  resolve(names: string[], file: string): Found[] {
    if (isPackaged(file))
      return names.map((name) => (isBuiltin(name) ? DECLARED : this.#find(name, [file], this.#cache)));
    this.#unresolved.delete(file);
    const files = new Map<string, string>();
    this.#files.set(file, files);
    return names.map((name) => {
      if (isBuiltin(name)) return DECLARED;
      const found = isRelative(name) ? this.#find(name, [file]) : this.#package(name, file);
      if (found.resolvedModule === undefined) this.#unresolved.add(file);
      else files.set(name, found.resolvedModule.resolvedFileName);
      return found;
    });
  }

  #package(name: string, file: string): Found {
    const known = this.#packages.get(name);
    if (known?.resolvedModule !== undefined && existsSync(known.resolvedModule.resolvedFileName)) return known;
    const found = this.#find(name, [file, join(this.home, "__tslab__.ts")]);
    // A file deeper down may have packages of its own; the cells are all in one folder.
    if (file.startsWith(join(this.folder, "__"))) this.#packages.set(name, found);
    return found;
  }

  #find(name: string, from: string[], cache?: ts.ModuleResolutionCache): Found {
    const { ts, host, options } = this;
    const bundler = { ...options, moduleResolution: ts.ModuleResolutionKind.Bundler, customConditions: ["node"] };
    let untyped: Found | undefined;
    for (const containing of from) {
      for (const [how, using] of [[options, cache] as const, [bundler, undefined] as const]) {
        const found = ts.resolveModuleName(name, containing, how, host, using);
        if (found.resolvedModule === undefined) continue;
        // JavaScript of a package says nothing of types: another way may lead to its declarations.
        if (isRelative(name) || !/\.[cm]?jsx?$/.test(found.resolvedModule.resolvedFileName)) return found;
        untyped ??= found;
      }
    }
    return untyped ?? ts.resolveModuleName(name, from[0] ?? "", options, host);
  }
}

/** True for a file of an installed package. */
export function isPackaged(file: string): boolean {
  return file.includes("/node_modules/");
}

function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier) || specifier === "." || specifier === "..";
}
