// How strictly a notebook's cells are checked: as little as a learner's first lines need, unless a tsconfig.json in the
// notebook's own folder asks for more.
import { join } from "node:path";
import type ts from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./tslab";

/** The options that a tsconfig.json may set: those that only decide what is an error. */
const CHECKS = [
  "strict",
  "noImplicitAny",
  "strictNullChecks",
  "strictFunctionTypes",
  "strictBindCallApply",
  "strictPropertyInitialization",
  "noImplicitThis",
  "useUnknownInCatchVariables",
  "noUncheckedIndexedAccess",
  "exactOptionalPropertyTypes",
  "noImplicitReturns",
  "noFallthroughCasesInSwitch",
  "noImplicitOverride",
] as const;

export function checksOf(typescript: TypeScript, folder: string): ts.CompilerOptions {
  const { config } = typescript.readConfigFile(join(folder, "tsconfig.json"), typescript.sys.readFile);
  const given = (config as { compilerOptions?: Record<string, unknown> } | undefined)?.compilerOptions ?? {};
  const checks: ts.CompilerOptions = {};
  for (const name of CHECKS) {
    const value = given[name];
    if (typeof value === "boolean") checks[name] = value;
  }
  return checks;
}
