// What `cellwise` exports, as its emitted declarations say it, read with the TypeScript that the kernel gives a learner's cells.
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { root } from "../../kernel-setup/setup/places.mjs";

const ofTslab = createRequire(createRequire(join(root, "package.json")).resolve("tslab"));
export const ts = ofTslab("@tslab/typescript-for-tslab");

const declarations = join(root, "lib", "dist", "index.d.ts");

/** The settings of tsconfig.json, under which the notebooks are compiled too. */
function strictOptions() {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { composite: _, sourceMap: __, ...settings } = config.compilerOptions;
  return ts.convertCompilerOptionsFromJson({ ...settings, noEmit: true }, root).options;
}

/**
 * A program of the library's declarations and of modules that are in memory only.
 *
 * @param modules texts by their paths
 */
export function programOf(modules = new Map(), before = undefined) {
  const options = strictOptions();
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => modules.has(path) || fileExists(path);
  host.readFile = (path) => modules.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...more) =>
    modules.has(path)
      ? ts.createSourceFile(path, modules.get(path), version, true)
      : getSourceFile(path, version, ...more);
  return ts.createProgram([declarations, ...modules.keys()], options, host, before);
}

/** The exports of Cellwise's own, each with its symbol; `asType` where nothing but its type is exported. */
export function publicNames(program) {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(declarations));
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const asType = exported.declarations.some((declaration) => ts.isTypeOnlyImportOrExportDeclaration(declaration));
    return isOurs(symbol) ? [{ name: exported.name, symbol, asType }] : [];
  });
}

/** Whether a symbol is declared in the library. */
export function isOurs(symbol) {
  const folder = dirname(declarations) + sep;
  return (symbol.declarations ?? []).some((declaration) =>
    join(declaration.getSourceFile().fileName).startsWith(folder),
  );
}
