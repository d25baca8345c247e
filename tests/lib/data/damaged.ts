// Copies of data files that a test may damage; the originals stay whole.
import { strict as assert } from "node:assert";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The folder `data` of an npm package. */
export function dataFolder(name: string): string {
  for (const modules of require.resolve.paths(name) ?? []) {
    const folder = join(modules, name, "data");
    try {
      readFileSync(join(modules, name, "package.json"));
      return folder;
    } catch {}
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

/** What must hold of every loader of one file: it refuses a changed, a cut and a missing one, and says what to do. */
export async function refusesDamage(
  name: string,
  path: string,
  load: (folder: string) => Promise<unknown>,
): Promise<void> {
  await withCopies(name, [path], async (folder) => {
    const file = join(folder, path);
    const bytes = readFileSync(file);
    const rejects = async (problem: RegExp): Promise<void> => {
      const error: Error = await load(folder).then(
        () => assert.fail("a damaged file was loaded"),
        (reason: Error) => reason,
      );
      assert.match(error.message, problem);
      assert.ok(error.message.includes(file), error.message);
      assert.match(error.message, new RegExp(`Delete node_modules/${name} and run \`npm start\``));
    };
    await load(folder);
    bytes[1000] = (bytes[1000] as number) ^ 1;
    writeFileSync(file, bytes);
    await rejects(/its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}/);
    truncateSync(file, 999);
    await rejects(new RegExp(`it has 999 bytes, expected ${bytes.length}`));
    unlinkSync(file);
    await rejects(/is missing/);
  });
}
