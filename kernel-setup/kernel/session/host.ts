// The compiler host that tslab's converter gets: where modules are looked for, which options hold, which files are watched,
// and what becomes of the JavaScript that the compiler emits.
import { statSync } from "node:fs";
import { join } from "node:path";
import type ts from "@tslab/typescript-for-tslab";
import { hasModifier } from "./bindings";
import { isAboutDeclarations, isAboutTopLevelAwait, wrongFlags } from "./dialect";
import { waitTransformer } from "./nodes";
import { checksOf } from "./options";
import { isPackaged, Resolution } from "./resolution";
import { scopeTransformer } from "./scope";
import type { TypeScript } from "./tslab";

export interface HostPlaces {
  /** The notebook's folder. */
  folder: string;
  /** The checkout that the kernel belongs to: what a notebook's own folder does not have is looked for there. */
  home: string;
  /** Folders of ambient types: the kernel's own globals and Node's. */
  typeRoots: string[];
  types: string[];
}

export interface Emitted {
  /** The source file, with its absolute path. */
  file: string;
  code: string;
  /** The file's own text, and the source maps from it to `code`. */
  source: string;
  maps: string[];
}

interface Watched {
  callback: ts.FileWatcherCallback;
  stamp: string;
}

export class CompilerHost {
  /** The last program's builder: what it is asked is what tslab asks. */
  builder: ts.BuilderProgram | undefined;
  /** The source maps of the cell converted last: from TypeScript to ES modules, from those to CommonJS. */
  maps: string[] = [];
  /** Diagnostics found last, as the compiler gave them. */
  diagnostics: readonly ts.Diagnostic[] = [];
  /** Whether the cell emitted last imports or exports something, so that it has to become a CommonJS module. */
  #isModule = true;
  /** Local files emitted since `takeEmitted` was called. */
  #emitted: Emitted[] = [];
  readonly #watched = new Map<string, Watched>();
  #resolution: Resolution | undefined;

  constructor(readonly places: HostPlaces) {}

  /** The file that `specifier` means in `file`, when the compiler has met it there. */
  resolvedFile(file: string, specifier: string): string | undefined {
    return this.#resolution?.resolvedFile(file, specifier);
  }

  takeEmitted(): Emitted[] {
    const taken = this.#emitted;
    this.#emitted = [];
    return taken;
  }

  get cellFile(): string {
    return join(this.places.folder, "__tslab__.ts");
  }

  get declarationsFile(): string {
    return join(this.places.folder, "__prev__.d.ts");
  }

  /** Tells the compiler which of its local files have changed on disk; the answer names them. */
  poll(): string[] {
    const changed: string[] = [];
    for (const [file, watched] of this.#watched) {
      if (isPackaged(file)) continue;
      const stamp = stampOf(file);
      if (stamp === watched.stamp) continue;
      const kind = stamp === "" ? 2 : watched.stamp === "" ? 0 : 1;
      watched.stamp = stamp;
      changed.push(file);
      watched.callback(file, kind as ts.FileWatcherEventKind);
    }
    return changed;
  }

  /** The functions of TypeScript that are ours. */
  overrides(ts: TypeScript): Record<string, unknown> {
    return {
      sys: this.#system(ts),
      createWatchCompilerHost: (...values: Parameters<typeof ts.createWatchCompilerHost>) =>
        this.#compilerHost(ts, values as unknown as HostArguments),
      createWatchProgram: (host: ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.BuilderProgram>) => {
        const watch = ts.createWatchProgram(host);
        const update = watch.updateRootFileNames.bind(watch);
        watch.updateRootFileNames = (files) => update([...files, ...this.#globals()]);
        return watch;
      },
      getPreEmitDiagnosticsOfFiles: (program: ts.Program, files: ts.SourceFile[]) => {
        // Whether its declarations can be written down is not asked: where they cannot, the name becomes `any`.
        const found = files.flatMap((file) => [
          ...program.getSyntacticDiagnostics(file),
          ...program.getSemanticDiagnostics(file),
          ...wrongFlags(ts, file),
        ]);
        const all = ts
          .sortAndDeduplicateDiagnostics([...program.getGlobalDiagnostics(), ...found])
          .filter((each) => !isAboutDeclarations(each));
        this.diagnostics = all.filter((each) => !isAboutTopLevelAwait(ts, each));
        return all; // by the others tslab knows which cells wait
      },
      transpileModule: (code: string, options: ts.TranspileOptions) => {
        if (!this.#isModule) {
          this.maps.length = 1;
          return { outputText: withoutExports(ts, code) };
        }
        const compilerOptions = { ...options.compilerOptions, sourceMap: true, noImplicitUseStrict: false };
        const made = ts.transpileModule(code, { ...options, compilerOptions });
        this.maps[1] = made.sourceMapText ?? "";
        return { ...made, outputText: withoutMark(withoutMapComment(made.outputText)) };
      },
    };
  }

  #globals(): string[] {
    return this.places.types;
  }

  #system(ts: TypeScript): ts.System {
    const system = Object.create(ts.sys) as ts.System;
    const { folder } = this.places;
    system.getCurrentDirectory = () => folder;
    // The compiler is told about changes before each cell (`poll`): no watchers, no events that come too late.
    system.watchFile = (file, callback) => {
      this.#watched.set(file, { callback, stamp: stampOf(file) });
      return { close: () => this.#watched.delete(file) };
    };
    system.watchDirectory = () => ({ close: () => undefined });
    return system;
  }

  #compilerHost(ts: TypeScript, [files, given, system, , report, reportWatch]: HostArguments): object {
    const options: ts.CompilerOptions = {
      ...given,
      ...checksOf(ts, this.places.folder),
      lib: ["lib.es2023.d.ts"],
      typeRoots: this.places.typeRoots,
      types: ["node"],
      rootDir: "/",
      sourceMap: true,
      noImplicitUseStrict: false,
      checkJs: false,
    };
    const { cellFile } = this;
    const own = Object.create(system) as ts.System;
    own.readFile = (file, encoding) => {
      const text = system.readFile(file, encoding);
      return file === cellFile && text !== undefined ? withListedNames(ts, text) : text;
    };
    const roots = [...files, ...this.#globals()];
    // A builder would compute again with every cell which file mentions which, for hundreds of files, only to tell which to
    // emit: the kernel knows what its few local files import.
    const host = ts.createWatchCompilerHost(roots, options, own, ts.createAbstractBuilder, report, reportWatch);
    const { folder, home } = this.places;
    const resolution = new Resolution(ts, host, options, folder, home);
    this.#resolution = resolution;
    const namesOf = (literals: readonly ts.StringLiteralLike[]): string[] => literals.map(({ text }) => text);
    host.resolveModuleNameLiterals = (literals, file) => resolution.resolve(namesOf(literals), file);
    host.hasInvalidatedResolutions = (path) => resolution.isUnresolved(path);
    const internal = ts as unknown as { bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void };
    let created: ((builder: ts.BuilderProgram) => void) | undefined;
    Object.defineProperty(host, "afterProgramCreate", {
      set: (callback) => {
        created = callback;
      },
      get: () => (builder: ts.BuilderProgram) => {
        // tslab looks at names, completion at parents: both are there once a file is bound. A checker, which takes much
        // longer, is made for the last of the programs that a cell needs only.
        for (const name of [this.cellFile, this.declarationsFile]) {
          const file = builder.getSourceFile(name);
          if (file !== undefined) internal.bindSourceFile(file, options);
        }
        this.builder = builder;
        created?.(this.#listening(ts, builder));
      },
    });
    return host;
  }

  /** The builder as tslab sees it: emitting the cell gives the files tslab expects; other files go to the kernel. */
  #listening(ts: TypeScript, builder: ts.BuilderProgram): ts.BuilderProgram {
    const listening = Object.create(builder) as ts.BuilderProgram;
    listening.getAllDependencies = (file) => this.#dependencies(builder, file.fileName);
    listening.emit = (target, writeFile, cancellation, onlyDeclarations, transformers) => {
      const file = target?.fileName ?? "";
      if (target === undefined || file !== this.cellFile) {
        return this.#emitFile(ts, builder, target);
      }
      const earlier = builder.getSourceFile(this.declarationsFile);
      if (earlier === undefined) throw new Error(`${this.declarationsFile} is not part of the program`);
      const scope = scopeTransformer(ts, builder.getProgram().getTypeChecker(), target, earlier);
      this.#isModule = target.statements.some((each) => isOfModule(ts, each));
      // tslab's own `after` looks for earlier names once more, by their symbols alone, and finds too many: the property in
      // `({ size: n }: Box)`, where `Box` is an earlier cell's, became `{ exports.size: n }`.
      const all = { ...transformers, before: [scope], after: [] };
      const write: ts.WriteFileCallback = (name, data, mark, ...rest) => {
        if (name.endsWith(".map")) this.maps[0] = data;
        else if (name.endsWith(".d.ts")) writeFile?.("outDir/__tslab__.d.ts", data, mark, ...rest);
        else writeFile?.("outDir/__tslab__.js", withoutMapComment(data), mark, ...rest);
      };
      return builder.emit(target, write, cancellation, onlyDeclarations, all);
    };
    return listening;
  }

  /** The files that a file imports, itself first, and those that they import; only what is compiled. */
  #dependencies(builder: ts.BuilderProgram, file: string): string[] {
    const found = [file];
    for (const each of found) {
      for (const imported of this.#resolution?.imports(each) ?? []) {
        const source = builder.getSourceFile(imported);
        if (source !== undefined && !source.isDeclarationFile && !found.includes(imported)) found.push(imported);
      }
    }
    return found;
  }

  /** Emits a file that a cell imports, as a CommonJS module. */
  #emitFile(ts: TypeScript, builder: ts.BuilderProgram, target?: ts.SourceFile): ts.EmitResult {
    let code = "";
    let map = "";
    const write: ts.WriteFileCallback = (name, data) => {
      if (name.endsWith(".map")) map = data;
      else if (!name.endsWith(".d.ts")) code = withoutMapComment(data);
    };
    const result = builder.emit(target, write, undefined, undefined, { before: [waitTransformer(ts)] });
    const { fileName: file = "", text: source = "" } = target ?? {};
    const made = ts.transpileModule(code, {
      fileName: file,
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        esModuleInterop: true,
        sourceMap: true,
        target: ts.ScriptTarget.ES2022,
        newLine: ts.NewLineKind.LineFeed,
      },
    });
    const maps = [map, made.sourceMapText ?? ""];
    this.#emitted.push({ file, code: withoutMapComment(made.outputText), source, maps });
    return result;
  }
}

type HostArguments = [
  string[],
  ts.CompilerOptions,
  ts.System,
  ts.CreateProgram<ts.BuilderProgram> | undefined,
  ts.DiagnosticReporter,
  ts.WatchStatusReporter,
];

/** True for a statement that only a module can have. */
function isOfModule(ts: TypeScript, statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) return true;
  const exported = ts.canHaveModifiers(statement) && hasModifier(statement, ts.SyntaxKind.ExportKeyword);
  return exported || ts.isExportAssignment(statement);
}

/** JavaScript without its `export {}`, wherever TypeScript has put it; nothing else of it moves. */
function withoutExports(ts: TypeScript, code: string): string {
  const file = ts.createSourceFile("cell.js", code, ts.ScriptTarget.Latest);
  let rest = code;
  for (const statement of [...file.statements].reverse()) {
    if (!ts.isExportDeclaration(statement)) continue;
    rest = rest.slice(0, statement.getStart(file)) + rest.slice(statement.getEnd());
  }
  return rest;
}

/**
 * The cell with the list of names that tslab appends as they are written: tslab takes them from inside the compiler, where
 * `__name` has one more underscore.
 */
function withListedNames(ts: TypeScript, text: string): string {
  return text.replace(/\nexport \{[^{}\n]*___[^{}\n]*\}$/, (list) =>
    list.replace(/[^\s,{}]+/g, (name) => ts.unescapeLeadingUnderscores(name as ts.__String)),
  );
}

/** A module without what marks it as one: nobody imports a cell, and the name is a learner's like any other. */
function withoutMark(code: string): string {
  return code.replace(/^Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);/m, "");
}

function withoutMapComment(code: string): string {
  return code.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n");
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}
