// Copies of data files that a test may damage; the originals stay whole.
import { strict as assert } from "node:assert";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** The folder `data` of an npm package, or what set-up has kept of one. */
export function dataFolder(name: string): string {
  for (const modules of require.resolve.paths(name) ?? []) {
    const kept = join(dirname(modules), ".data", name);
    if (existsSync(kept)) return kept;
    if (existsSync(join(modules, name, "package.json"))) return join(modules, name, "data");
  }
  throw new Error(`${name} is not installed`);
}

/** Runs a task with a folder that holds copies of some files of a package, and removes it. */
export async function withCopies(
  name: string,
  paths: readonly string[],
  task: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cellwise-data-"));
  try {
    for (const path of paths) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      copyFileSync(join(dataFolder(name), path), join(folder, path));
    }
    await task(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What must hold of every loader: it refuses a changed, a cut and a missing file, and says what to do.
 *
 * @param options.beside all files that it reads. Default: this one.
 * @param options.at the byte that is changed; what follows it is cut. Default 1000.
 * @param options.command what brings the files. Default `npm start`.
 */
export async function refusesDamage(
  name: string,
  path: string,
  load: (folder: string) => Promise<unknown>,
  {
    beside = [path],
    at = 1000,
    command = "npm start",
  }: { beside?: readonly string[]; at?: number; command?: string } = {},
): Promise<void> {
  await withCopies(name, beside, async (folder) => {
    const file = join(folder, path);
    const bytes = readFileSync(file);
    const rejects = async (problem: RegExp): Promise<void> => {
      const error: Error = await load(folder).then(
        () => assert.fail("a damaged file was loaded"),
        (reason: Error) => reason,
      );
      assert.match(error.message, problem);
      assert.ok(error.message.includes(file), error.message);
      const place = basename(dirname(dataFolder(name))) === ".data" ? ".data" : "node_modules";
      assert.match(error.message, new RegExp(`Delete ${place}/${name} and run \`${command}\``));
    };
    await load(folder);
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(file, bytes);
    await rejects(/its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}|is damaged/);
    truncateSync(file, at - 1);
    await rejects(new RegExp(`it has ${at - 1} bytes, expected ${bytes.length}`));
    unlinkSync(file);
    await rejects(/is missing/);
  });
}
