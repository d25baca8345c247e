// What the tests, and the programs that they start, put among the temporary files goes into a folder of this run, so that a
// test which looks at what was left there sees nothing of other programs. It is removed at the end.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "cellwise-tests-")));
process.env.TMPDIR = folder;

process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
process.once("SIGTERM", () => process.exit(143));
process.once("SIGHUP", () => process.exit(129));
