// The kernel on sockets of the file system, the way in which `npm start` and `npm run notebooks` talk to it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKOUT } from "./client";

describe("kernel: sockets of the file system", () => {
  let place: string;
  before(() => {
    // A short path, for macOS.
    place = mkdtempSync(join(tmpdir().length > 60 ? "/tmp" : tmpdir(), "cellwise-ipc-"));
    mkdirSync(join(place, "r"));
  });
  after(() => rmSync(place, { recursive: true, force: true }));

  it("has all its channels there, through interrupt, restart, crash and shutdown", () => {
    const python = join(CHECKOUT, ".venv", "bin", "python");
    const { stdout, stderr } = spawnSync(python, [join(__dirname, "../../kernel/sockets.py"), join(place, "r")], {
      encoding: "utf8",
      env: {
        ...process.env,
        JUPYTER_PREFER_ENV_PATH: "1",
        JUPYTER_CONFIG_DIR: join(place, "config"),
        JUPYTER_DATA_DIR: join(place, "data"),
        JUPYTER_RUNTIME_DIR: join(place, "runtime"),
        CELLWISE_KERNEL_HISTORY: join(place, "history.jsonl"),
      },
    });
    const sockets = [1, 2, 3, 4, 5].map((number) => `'k-ipc-${number}'`).join(", ");
    const lines = ["beats", "is interrupted", "restarts", "tells of a crash", "leaves nothing"];
    assert.equal(stdout, [`answers [${sockets}]`, ...lines, ""].join("\n"), stderr);
  });
});
