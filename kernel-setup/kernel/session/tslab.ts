// tslab, and the TypeScript it brings, with the few functions that the kernel wraps. tslab's files stay as they
// are: its `require` of TypeScript gets a copy of the module in which those functions are ours.
import { createRequire } from "node:module";
import type ts from "@tslab/typescript-for-tslab";

export type TypeScript = typeof ts;

/** The version whose inner parts the kernel builds on. */
const TSLAB_VERSION = "1.0.22";

export interface SideOutput {
  path: string;
  data: string;
}

export interface TslabDiagnostic {
  start: { offset: number; line: number; character: number };
  end: { offset: number; line: number; character: number };
  messageText: string;
  category: number;
  code: number;
  fileName?: string;
}

export interface ConvertResult {
  output?: string | undefined;
  declOutput?: string | undefined;
  diagnostics: TslabDiagnostic[];
  lastExpressionVar?: string | undefined;
  hasToplevelAwait?: boolean | undefined;
  sideOutputs?: SideOutput[] | undefined;
}

export interface Completion {
  start: number;
  end: number;
  candidates: string[];
  original?: ts.CompletionInfo;
}

export interface Converter {
  convert(declarations: string, code: string): ConvertResult;
  inspect(declarations: string, code: string, position: number): ts.QuickInfo | undefined;
  complete(declarations: string, code: string, position: number): Completion;
  close(): void;
  addModule(name: string, code: string, meta?: unknown): TslabDiagnostic[];
}

export interface Executor {
  execute(code: string): Promise<boolean>;
  interrupt(): void;
  locals: Record<string, unknown>;
}

export interface Tslab {
  ts: TypeScript;
  createConverter(options: object): Converter;
  createExecutor(
    folder: string,
    converters: { node: Converter; browser: Converter; close(): void },
    console: { log(...values: unknown[]): void; error(...values: unknown[]): void },
  ): Executor;
  isCompleteCode(code: string): { completed: boolean; indent?: string };
  codeMetadata(code: string): { module?: string; mode?: string };
  /** tslab's public module, which a cell gets for `import … from "tslab"`. */
  publicModule(): unknown;
  /** tslab's Jupyter module, through which its `display` writes. */
  jupyterModule(): { lastWriteDisplayData: unknown };
}

/**
 * Loads tslab over a TypeScript in which `overrides` take the place of functions of the same name.
 *
 * @throws when this is not the tslab that the kernel was built on, or a part of it is not there.
 */
export function loadTslab(overrides: (ts: TypeScript) => Record<string, unknown>): Tslab {
  const fromHere = createRequire(__filename);
  const { version } = fromHere("tslab/package.json") as { version: string };
  if (version !== TSLAB_VERSION) {
    throw new Error(`The kernel is built on tslab ${TSLAB_VERSION}, but tslab ${version} is installed. Run npm ci.`);
  }
  const fromTslab = createRequire(fromHere.resolve("tslab/package.json"));
  const id = fromTslab.resolve("@tslab/typescript-for-tslab");
  const typescript = fromTslab(id) as TypeScript;
  const ours = overrides(typescript);
  for (const name of Object.keys(ours)) requireMember(typescript, name, "TypeScript");
  const described = { ...Object.getOwnPropertyDescriptors(typescript), ...Object.getOwnPropertyDescriptors(ours) };
  const copy = Object.defineProperties({}, described);
  const cached = fromTslab.cache[id];
  if (cached === undefined) throw new Error(`TypeScript was loaded from ${id} but is not in Node's module cache.`);
  cached.exports = copy;

  const converter = fromTslab("./dist/converter") as Pick<Tslab, "createConverter" | "isCompleteCode">;
  const executor = fromTslab("./dist/executor") as Pick<Tslab, "createExecutor">;
  const metadata = fromTslab("./dist/metadata") as { getCodeMetadata: Tslab["codeMetadata"] };
  requireMember(converter, "createConverter", "tslab/dist/converter");
  requireMember(converter, "isCompleteCode", "tslab/dist/converter");
  requireMember(executor, "createExecutor", "tslab/dist/executor");
  requireMember(metadata, "getCodeMetadata", "tslab/dist/metadata");
  return {
    ts: typescript,
    createConverter: converter.createConverter,
    createExecutor: executor.createExecutor,
    isCompleteCode: converter.isCompleteCode,
    codeMetadata: metadata.getCodeMetadata,
    publicModule: () => fromTslab("./dist/public"),
    jupyterModule: () => fromTslab("./dist/jupyter") as { lastWriteDisplayData: unknown },
  };
}

function requireMember(module: object, name: string, where: string): void {
  if (name in module) return;
  throw new Error(`The kernel builds on ${name} of ${where}, which is not there: tslab ${TSLAB_VERSION} is needed.`);
}
