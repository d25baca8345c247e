// What set-up says on a machine that lacks something. Each runs the real entry with a PATH that holds only what is named.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../kernel-setup/setup/places.mjs";
import { disk, platform } from "../../kernel-setup/setup/prerequisites.mjs";

describe("set-up on a machine that lacks something", () => {
  /** @type {string} */
  let folder;
  /** @type {string} */
  let checkout;
  /** @type {string} */
  let bin;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cellwise-setup-"));
    checkout = join(folder, "checkout");
    bin = join(folder, "bin");
    mkdirSync(bin);
    // Only what set-up itself is made of: a fresh checkout, where nothing is installed.
    for (const name of ["package.json", "package-lock.json", "tsconfig.json", "kernel-setup", "lib"]) {
      cpSync(join(root, name), join(checkout, name), {
        recursive: true,
        filter: (path) => !/node_modules|dist$/.test(path.slice(root.length)),
      });
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** @param {string} name @param {string} script */
  const program = (name, script) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const answering = (/** @type {number[]} */ version, /** @type {string[]} */ missing) =>
    `echo '${JSON.stringify([version, "/opt/python", missing])}'`;
  const setUp = (/** @type {Record<string, string>} */ env = {}) => {
    const entry = join(checkout, "kernel-setup", "setup", "main.mjs");
    const { status, stderr } = spawnSync(process.execPath, [entry, "setup"], {
      encoding: "utf8",
      env: { PATH: bin, HOME: folder, ...env },
    });
    return { status, stderr };
  };

  it("names every missing part at once, each with its remedy, before anything is downloaded", () => {
    const { status, stderr } = setUp();
    assert.equal(status, 1);
    assert.match(stderr, /Nothing was downloaded/);
    assert.match(stderr, /Python with venv and pip: none .*\n.*3\.9 or newer.*(python3-venv|brew install python)/);
    assert.match(stderr, /C\+\+17 compiler: none .*\n.*(apt install g\+\+|xcode-select --install)/);
  });

  it("says how old a too old Python is", () => {
    program("python3", answering([3, 8, 18], []));
    program("g++", "exit 0");
    program("clang++", "exit 0");
    const { status, stderr } = setUp();
    assert.equal(status, 1);
    assert.match(stderr, /too old: 3\.8\.18/);
    assert.doesNotMatch(stderr, /C\+\+17 compiler/);
  });

  it("takes a newer Python further down the PATH over a too old python3", () => {
    program("python3", answering([3, 8, 18], []));
    program("python3.12", answering([3, 12, 1], []));
    const { stderr } = setUp();
    assert.doesNotMatch(stderr, /Python with venv/);
    assert.match(stderr, /C\+\+17 compiler: none/);
  });

  it("knows a Python without Debian's python3-venv", () => {
    program("python3", answering([3, 11, 2], ["ensurepip"]));
    const { stderr } = setUp();
    assert.match(stderr, /Python with venv and pip: 3\.11\.2 .*\n.*lacks venv or ensurepip/);
  });

  it("knows a compiler that is there but cannot compile C++17", () => {
    program("python3", answering([3, 11, 2], []));
    for (const name of ["g++", "clang++"]) {
      program(
        name,
        'case "$1" in --version) echo old 4.4;; *) echo "unrecognized option -std=c++17" >&2; exit 1;; esac',
      );
    }
    const { stderr } = setUp();
    assert.match(stderr, /cannot compile C\+\+17: unrecognized option/);
  });

  it("shows npm's own words when its registry cannot be reached, and has downloaded nothing", () => {
    // The machine's real Python and compiler, and a registry where nobody listens.
    const { status, stderr } = setUp({
      PATH: String(process.env.PATH),
      npm_config_registry: "http://127.0.0.1:9/",
    });
    assert.equal(status, 1);
    assert.match(stderr, /npm could not reach its package registry/);
    assert.match(stderr, /\| .*ECONNREFUSED/);
  });

  it("sends Windows to WSL 2, and knows the platforms that TensorFlow has no libraries for", () => {
    const windows = platform({ platform: "win32", arch: "x64" });
    assert.equal(windows.ok, false);
    assert.match(String(windows.remedy), /WSL 2.*environment\.md/);
    assert.equal(platform({ platform: "linux", arch: "ia32", glibc: "2.36" }).ok, false);
    assert.match(platform({ platform: "linux", arch: "x64" }).found, /no glibc/);
    assert.equal(platform({ platform: "linux", arch: "x64", glibc: "2.26" }).ok, false);
    for (const arch of ["x64", "arm64"]) {
      assert.equal(platform({ platform: "linux", arch, glibc: "2.27" }).ok, true);
      assert.equal(platform({ platform: "darwin", arch }).ok, true);
    }
  });

  it("says how much disk space is needed and how much is there", () => {
    const { ok, found, remedy } = disk(2600, () => ({ bavail: 1000, bsize: 1_000_000 }));
    assert.equal(ok, false);
    assert.match(found, /^1000 MB free/);
    assert.match(String(remedy), /needs 2600 MB/);
    assert.equal(disk(2600, () => ({ bavail: 2600, bsize: 1_000_000 })).ok, true);
  });
});
