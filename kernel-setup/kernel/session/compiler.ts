// tslab's converter, made anew when it was left half-way: after an error inside the compiler (a cell that is nested too
// deeply for its stack) or an interrupt it would refuse every later cell.
import type ts from "@tslab/typescript-for-tslab";
import type { Completion, Converter, ConvertResult, TslabDiagnostic } from "./tslab";

/** What a cell ends with that the compiler itself could not get through. */
export class CompilerError extends Error {
  override readonly name = "TypeScriptError";
}

export class Compiler {
  #converter: Converter;
  /** True while the converter works, and when it did not come to its end. */
  #busy = false;
  /** Modules that cells have defined (`@module`), which a new converter has to be given. */
  readonly #modules = new Map<string, string>();

  constructor(readonly create: () => Converter) {
    this.#converter = create();
  }

  convert(declarations: string, code: string): ConvertResult {
    return this.#use((converter) => converter.convert(declarations, code));
  }

  inspect(declarations: string, code: string, position: number): ts.QuickInfo | undefined {
    return this.#use((converter) => converter.inspect(declarations, code, position));
  }

  complete(declarations: string, code: string, position: number): Completion {
    return this.#use((converter) => converter.complete(declarations, code, position));
  }

  addModule(name: string, code: string): TslabDiagnostic[] {
    const diagnostics = this.#use((converter) => converter.addModule(name, code));
    this.#modules.set(name, code);
    return diagnostics;
  }

  #use<T>(work: (converter: Converter) => T): T {
    if (this.#busy) {
      this.#converter = this.create();
      for (const [name, code] of this.#modules) this.#converter.addModule(name, code);
    }
    this.#busy = true;
    const done = work(this.#converter);
    this.#busy = false;
    return done;
  }
}

/** What `work` gives; where it fails, which is the compiler's failure, the learner is told what to do. */
export function runCompiler<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError && /call stack/.test(error.message)) {
      throw new CompilerError(
        "This cell is nested too deeply for the compiler: too many parentheses, brackets, calls, functions or types one " +
          "inside the other. Give inner parts names of their own (const part = …) and use those.",
      );
    }
    const [first = ""] = String(error instanceof Error ? error.message : error).split("\n");
    throw new CompilerError(
      `The compiler failed at this cell (${first.slice(0, 300)}). That is no mistake of yours: write the cell in another ` +
        "way, or run its lines one by one to find the one it fails at.",
    );
  }
}
