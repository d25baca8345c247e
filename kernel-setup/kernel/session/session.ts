// Compiles and runs cells. It knows nothing of Jupyter: what a cell prints and the display of its value are handled elsewhere.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import type ts from "@tslab/typescript-for-tslab";
import { type Cell, type Cells, KeyboardInterrupt } from "../cells/cell";
import { enterKernel, Flags, Phase } from "../link";
import { awaitsAtTop } from "./bindings";
import { Compiler, runCompiler } from "./compiler";
import type { Knowledge } from "./completion";
import { Declarations, type Proposal } from "./declarations";
import { compilable } from "./dialect";
import { CompilerHost } from "./host";
import { Locations } from "./locations";
import { Modules } from "./modules";
import { RUNTIME } from "./nodes";
import { type Converter, type ConvertResult, type Executor, loadTslab, type Tslab } from "./tslab";

export type Outcome =
  | { status: "ok"; value: unknown }
  | { status: "error"; error: unknown }
  | { status: "rejected"; code: string; diagnostics: readonly ts.Diagnostic[] };

/** A cell that has been compiled. */
interface Compilation {
  source: string;
  /** What it imports. */
  specifiers: string[];
  converted: ConvertResult;
  proposal: Proposal;
}

export interface SessionOptions {
  /** The notebook's folder. */
  folder: string;
  /** The checkout that the kernel belongs to. */
  home: string;
  cells: Cells;
  provided?: (specifier: string) => unknown;
  beforeLoad?: (specifier: string, native: NodeJS.Require) => void;
  afterLoad?: (specifier: string, cache: NodeJS.Dict<NodeJS.Module>) => void;
}

export class Session {
  readonly tslab: Tslab;
  readonly host: CompilerHost;
  readonly modules: Modules;
  readonly locations = new Locations();
  readonly declarations: Declarations;
  /** Every top-level name of the cells that have run. */
  readonly scope: Record<string, unknown> = Object.create(null);
  readonly compiler: Compiler;
  readonly #executor: Executor;
  readonly #values = new WeakMap<Cell, unknown>();
  readonly #cellFile: string;
  /** What the executor will be given when it asks to convert. */
  #converted: ConvertResult | undefined;
  #errors: unknown[] = [];
  /** Keeps the names that the cell has reached. */
  #adopt = (): void => undefined;

  constructor(readonly options: SessionOptions) {
    const { folder, home } = options;
    const nodeTypes = dirname(require.resolve("@types/node/package.json", { paths: [home, __dirname] }));
    this.host = new CompilerHost({
      folder,
      home,
      typeRoots: [dirname(nodeTypes)],
      types: ["globals.d.ts", "node24.d.ts"].map((name) => join(home, "kernel-setup", "kernel", "types", name)),
    });
    this.tslab = loadTslab((typescript) => this.host.overrides(typescript));
    this.declarations = new Declarations(this.tslab.ts);
    this.compiler = new Compiler(() => this.tslab.createConverter({ isJS: false, isBrowser: false }));
    this.#cellFile = this.host.cellFile;
    this.modules = new Modules({
      folder,
      home,
      resolved: (file, specifier) => this.host.resolvedFile(file, specifier),
      provided: (specifier) => options.provided?.(specifier),
      beforeLoad: (specifier, native) => options.beforeLoad?.(specifier, native),
      afterLoad: (specifier, cache) => options.afterLoad?.(specifier, cache),
    });
    // Cells are compiled here, before the executor is asked to run them.
    const ready = { convert: () => this.#converted ?? { diagnostics: [] } } as unknown as Converter;
    this.#executor = this.tslab.createExecutor(
      folder,
      { node: ready, browser: ready, close: () => undefined },
      { log: () => undefined, error: (...values) => this.#errors.push(values[0]) },
    );
    disableSigintBreaks();
    this.#provideRuntime();
    // The first program is made of nothing, so that the first cell does not wait for it.
    this.compiler.convert("", "");
  }

  /** Compiles and runs one cell. */
  async execute(cell: Cell, code: string): Promise<Outcome> {
    const { flags } = cell;
    Atomics.store(flags, Flags.phase, Phase.compiling);
    let compilation: Compilation | Outcome;
    try {
      compilation = this.#compileAgainIfNeeded(() => this.#compile(code, String(cell.request.count)));
    } finally {
      enterKernel(flags);
    }
    if (cell.hasInterruptRequest()) throw new KeyboardInterrupt();
    if ("status" in compilation) return compilation;
    const { source, specifiers, converted, proposal } = compilation;
    this.#adopt = () => {
      this.#adopt = () => undefined;
      this.modules.reloading.note();
      this.declarations.adopt(proposal, (name) => Object.hasOwn(this.scope, name));
    };
    try {
      // From here on nothing of the kernel's is on the stack: the cell may be ended by force.
      await synchronously(flags, () => this.modules.prepare(this.#cellFile, specifiers));
      if (cell.hasInterruptRequest()) throw new KeyboardInterrupt();
      this.#converted = { ...converted, lastExpressionVar: undefined, sideOutputs: undefined };
      this.#errors = [];
      const ok = await synchronously(flags, () => this.#executor.execute(source));
      if (!ok) return { status: "error", error: this.#errors[0] };
      return { status: "ok", value: this.#values.get(cell) };
    } finally {
      this.#adopt();
    }
  }

  /** Ends a cell that waits, or that was ended by force: the names that it has reached stay. */
  interrupt(): void {
    this.#executor.interrupt();
    this.#adopt();
  }

  /** After a cell that was stopped by force: what it was loading is to be loaded anew. */
  repair(): void {
    this.modules.reloading.dropUnfinished();
  }

  /** Evaluates an expression among the names of the cells, without keeping anything of it. */
  async evaluate(cell: Cell, expression: string): Promise<unknown> {
    const before = this.declarations.text;
    try {
      const outcome = await this.execute(cell, `(${expression}\n)`);
      if (outcome.status === "error") throw outcome.error;
      if (outcome.status === "ok") return outcome.value;
      const [first] = outcome.diagnostics;
      throw new SyntaxError(this.tslab.ts.flattenDiagnosticMessageText(first?.messageText, "\n"));
    } finally {
      this.declarations.text = before;
    }
  }

  /** Where the compiler fails at what it knows of earlier cells, and not at this cell, it has to forget some of that. */
  #compileAgainIfNeeded<T>(compile: () => T): T {
    try {
      return runCompiler(compile);
    } catch (error) {
      try {
        this.compiler.convert(this.declarations.text, "");
      } catch {
        this.declarations.forgetTypes(Object.keys(this.scope));
        return runCompiler(compile);
      }
      throw error;
    }
  }

  /** The cell as it can be run; or what it comes to without. */
  #compile(code: string, label: string): Compilation | Outcome {
    const source = compilable(this.tslab.ts, code);
    const { module, mode } = this.tslab.codeMetadata(source);
    if (mode === "browser") {
      const error = new Error("/** @browser */ cells are not supported: show HTML with display() instead.");
      return { status: "error", error };
    }
    if (module !== undefined) return this.#addModule(module, source);
    const { converted, proposal } = this.#convert(source, label);
    if (proposal === undefined) return { status: "rejected", code: source, diagnostics: this.host.diagnostics };
    const specifiers = this.tslab.ts.preProcessFile(source).importedFiles.map((each) => each.fileName);
    return { source, specifiers, converted, proposal };
  }

  #convert(code: string, label: string): { converted: ConvertResult; proposal: Proposal | undefined } {
    this.refresh();
    // The line break ends a comment that stands after the last expression, which will be inside a call.
    const converted = this.compiler.convert(this.declarations.text, `${code}\n`);
    for (const { file, code: emitted, source, maps } of this.host.takeEmitted()) {
      this.modules.add(file, emitted);
      this.locations.addFile(file, source, maps);
    }
    if (converted.diagnostics.length > 0) return { converted, proposal: undefined };
    const program = this.host.builder?.getProgram();
    const cell = program?.getSourceFile(this.#cellFile);
    if (program === undefined || cell === undefined) throw new Error(`${this.#cellFile} is not part of the program`);
    const proposal = this.declarations.propose({
      written: converted.declOutput ?? "",
      cell,
      checker: program.getTypeChecker(),
    });
    const output = converted.output ?? "";
    const lines = output.trimEnd().split("\n").length;
    const name = this.locations.add(label, code, [...this.host.maps], lines);
    // tslab does not notice every await: `for await`, and one before parentheses.
    const hasToplevelAwait = converted.hasToplevelAwait || awaitsAtTop(this.tslab.ts, cell);
    return { converted: { ...converted, hasToplevelAwait, output: `${output}\n//# sourceURL=${name}` }, proposal };
  }

  /** What completion and inspection build on. */
  knowledge(): Knowledge {
    this.refresh();
    return { ts: this.tslab.ts, compiler: this.compiler, declarations: this.declarations, scope: this.scope };
  }

  /** Lets the compiler and the loaded modules see what has changed on disk. */
  refresh(): void {
    for (const file of this.host.poll()) this.modules.forget(file);
    this.modules.reloading.refresh();
  }

  #addModule(name: string, code: string): Outcome {
    const diagnostics = this.compiler.addModule(name, code);
    return diagnostics.length > 0
      ? { status: "rejected", code, diagnostics: this.host.diagnostics }
      : { status: "ok", value: undefined };
  }

  /** What the rewritten code of a cell calls (see scope.ts). */
  #provideRuntime(): void {
    const { cells, folder } = this.options;
    const never = new Promise<never>(() => undefined);
    const runtime = {
      exports: this.scope,
      require: this.modules.requireIn(this.#cellFile),
      meta: importMeta(this.#cellFile, folder),
      import: (specifier: string) => this.modules.importIn(this.#cellFile, String(specifier)),
      result: (value: unknown) => {
        const cell = cells.current();
        if (cell !== undefined) this.#values.set(cell, value);
        return value;
      },
      cleaning: () => cells.current()?.clean(),
      cleaned: () => cells.current()?.noteCleanupEnd(),
      before: (value: unknown) => {
        const cell = cells.current();
        if (cell === undefined) return value;
        // What an interrupted cell waits for never comes, once it has had its chance to clean up.
        if (cell.thrown && !cell.cleaning) return never;
        return isThenable(value) ? interruptible(cell, value) : value;
      },
      after: (value: unknown) => {
        const cell = cells.current();
        if (!cell?.dead || cell.cleaning) return value;
        cell.thrown = true;
        throw new KeyboardInterrupt();
      },
    };
    // Every cell needs it, whatever a cell assigns.
    Object.defineProperty(globalThis, RUNTIME, { value: runtime, writable: false, configurable: false });
  }
}

/**
 * tslab lets SIGINT break a cell, which ends the whole process when the signal comes just after the cell: the kernel has
 * other means (channels/interrupt.ts). Node would also write the line of rewritten code into the stack of what is thrown.
 */
function disableSigintBreaks(): void {
  const { runInThisContext } = vm;
  const run: typeof runInThisContext = (code, options) =>
    runInThisContext(
      code,
      typeof options === "object" ? { ...options, breakOnSigint: false, displayErrors: false } : options,
    );
  Object.assign(vm, { runInThisContext: run });
}

/** Runs `work` in the synchronous phase, in which the main thread receives no messages. */
function synchronously<T>(flags: Int32Array, work: () => T): T {
  Atomics.store(flags, Flags.phase, Phase.synchronous);
  try {
    return work();
  } finally {
    Atomics.store(flags, Flags.phase, Phase.loop);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** What `value` comes to; when the cell is interrupted meanwhile, the wait ends with KeyboardInterrupt. */
function interruptible(cell: Cell, value: PromiseLike<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const forget = cell.onInterrupt(() => {
      cell.thrown = true;
      reject(new KeyboardInterrupt());
    });
    value.then(
      (result) => {
        forget();
        resolve(result);
      },
      (error: unknown) => {
        forget();
        reject(error);
      },
    );
  });
}

/** `import.meta` of a cell, as if it were a module in the notebook's folder. */
function importMeta(filename: string, dirname: string): object {
  const { resolve } = createRequire(filename);
  const url = pathToFileURL(filename).href;
  return { url, filename, dirname, resolve: (specifier: string) => pathToFileURL(resolve(specifier)).href };
}
