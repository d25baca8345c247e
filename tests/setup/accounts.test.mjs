// One machine, several accounts. Where it runs as root (as CI does), a second account really tries: it may use the checkout's
// kernel, and neither change the checkout nor see what another account's kernel says.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { runtimeFolder } from "../../kernel-setup/setup/jupyter.mjs";
import { kernelspec, root, setupFolder, venvPython } from "../../kernel-setup/setup/places.mjs";

/** @typedef {{ env: Record<string, string | undefined>, uid?: number, gid?: number }} Account */

/** An account that owns nothing. */
const OTHER = { uid: 54321, gid: 54321 };

const mode = (/** @type {string} */ path) => (statSync(path).mode & 0o777).toString(8);

describe("a checkout for several accounts", () => {
  /** @type {string} */
  let checkout;
  beforeEach(() => {
    // Not among the tests' own temporary files, which no other account may enter.
    checkout = realpathSync(mkdtempSync("/tmp/cellwise-accounts-"));
    cpSync(setupFolder, join(checkout, "kernel-setup", "setup"), { recursive: true });
  });
  afterEach(() => rmSync(checkout, { recursive: true }));

  const setupModule = (/** @type {string} */ name) =>
    import(pathToFileURL(join(checkout, "kernel-setup", "setup", name)).href);

  it("is opened for reading, never for writing, and only what came with the course or set-up made", async () => {
    const files = {
      "lib/dist/index.js": 0o600,
      "lib/index.ts": 0o640,
      ".venv/bin/python": 0o700,
      "node_modules/a/lib/napi-v8/tfjs_binding.node": 0o600,
      ".tensorflow/lib/libtensorflow.so.2": 0o700,
      ".data/emoji/32.png": 0o600,
      "notebooks/en/1.ipynb": 0o600,
      "notebooks/en/mine.ipynb": 0o600,
      "README.md": 0o600,
      ".jupyter/data/secret": 0o600,
      ".cache/kernel-history.jsonl": 0o600,
      "output/notebooks/1.ipynb": 0o600,
    };
    for (const [name, bits] of Object.entries(files)) {
      mkdirSync(dirname(join(checkout, name)), { recursive: true });
      writeFileSync(join(checkout, name), "", { mode: bits });
    }
    symlinkSync("/nowhere", join(checkout, "lib", "link"));
    for (const name of readdirSync(checkout, { recursive: true, encoding: "utf8" }))
      if (name !== "lib/link" && statSync(join(checkout, name)).isDirectory()) chmodSync(join(checkout, name), 0o700);
    const git = (/** @type {string[]} */ ...words) =>
      assert.equal(spawnSync("git", ["-C", checkout, ...words]).status, 0, words.join(" "));
    git("init");
    git("add", "README.md", "lib/index.ts", "notebooks/en/1.ipynb");
    const { readableForOthers } = await setupModule("readable.mjs");
    assert.equal(readableForOthers.isDone(), false);
    await readableForOthers.run(() => {});
    assert.equal(readableForOthers.isDone(), true);
    const opened = {
      ...{ ".": "755", lib: "755", "lib/dist": "755", "lib/dist/index.js": "644", "lib/index.ts": "644" },
      ...{ ".venv/bin": "755", ".venv/bin/python": "755", "node_modules/a": "755", "README.md": "644" },
      ...{ "node_modules/a/lib/napi-v8/tfjs_binding.node": "644", ".tensorflow/lib/libtensorflow.so.2": "755" },
      ...{ ".data": "755", ".data/emoji": "755", ".data/emoji/32.png": "644" },
      ...{ notebooks: "755", "notebooks/en": "755", "notebooks/en/1.ipynb": "644", "notebooks/en/mine.ipynb": "600" },
      ...{ ".jupyter": "700", ".jupyter/data/secret": "600", ".cache": "700", ".cache/kernel-history.jsonl": "600" },
      ...{ output: "700", "output/notebooks/1.ipynb": "600" },
    };
    for (const [name, bits] of Object.entries(opened)) assert.equal(mode(join(checkout, name)), bits, name);
  });

  it("is made so by set-up whatever the umask, which is as before afterwards", async () => {
    const { openUmask } = await setupModule("readable.mjs");
    const own = await setupModule("own-folders.mjs");
    const made = join(checkout, ".tensorflow");
    for (const [umask, folder, file] of /** @type {const} */ ([
      [0o077, "755", "644"],
      [0o027, "755", "644"],
      [0o002, "755", "664"],
    ])) {
      const before = process.umask(umask);
      try {
        const close = openUmask();
        const fresh = own.temporaryFolder("new");
        writeFileSync(join(fresh, "file"), "");
        spawnSync("mkdir", [join(fresh, "folder")]); // programs that it starts
        own.replaceFolder(fresh, made, ["file"]);
        close();
        assert.equal(process.umask(), umask);
      } finally {
        process.umask(before);
      }
      assert.equal(mode(made), folder);
      assert.equal(mode(join(made, "file")), file);
      assert.match(mode(join(made, "folder")), /^7[57]5$/);
    }
  });

  it("has its sockets in a folder that is closed to others, with paths that are short enough", () => {
    const long = join(checkout, "a-path-as-long-as-macOS-has-for-temporary-files");
    mkdirSync(long);
    for (const temporary of ["/tmp", long]) {
      const { path, remove } = runtimeFolder(temporary);
      assert.equal(mode(path), "700");
      const socket = join(path, `kernel-${"0".repeat(36)}-ipc-5`);
      assert.ok(Buffer.byteLength(socket) <= 103, socket);
      remove();
      assert.equal(existsSync(path), false);
    }
  });
});

/** Node's program in B's hands: subscribes to all that two kernels publish, and says what it hears. */
const LISTEN = `
const { readdirSync, readFileSync, accessSync, constants } = require("node:fs");
const { connect } = require("node:net");
const { Subscriber } = require(process.argv[1]);
const [mine, theirs, runtime, file] = process.argv.slice(2);
const refusal = (work) => { try { work(); return "allowed"; } catch ({ code }) { return code; } };
const hear = async (name, address) => {
  const socket = new Subscriber();
  socket.connect(address);
  socket.subscribe();
  for await (const frames of socket) {
    const text = frames.map(String).join(" ");
    for (const word of ["iopub_welcome", "secret-1234", "open-5678"]) if (text.includes(word)) console.log(name, word);
  }
};
void hear("private", "ipc://" + theirs);
void hear("open", mine);
connect(theirs).on("error", ({ code }) => console.log("socket", code)).on("connect", () => console.log("socket open"));
console.log("folder", refusal(() => readdirSync(runtime)));
console.log("file", refusal(() => readFileSync(file)));
`;

/** Executes a cell on the kernel of a connection file. */
const EXECUTE = `
import sys
from jupyter_client import BlockingKernelClient
client = BlockingKernelClient(connection_file=sys.argv[1])
client.load_connection_file()
client.start_channels()
client.wait_for_ready(timeout=120)
client.execute_interactive(sys.argv[2], timeout=120)
`;

/** A kernel over TCP, as a front end starts it that was not told otherwise; ends with its input. */
const OVER_TCP = `
import sys
from jupyter_client.manager import KernelManager
manager = KernelManager(kernel_name="tslab", connection_file=sys.argv[1])
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=120)
client.stop_channels()
print("ready", flush=True)
sys.stdin.read()
manager.shutdown_kernel(now=True)
`;

/** The checkout's kernel in B's hands. */
const COMPUTE = `
const { KernelClient } = require(process.argv[1]);
(async () => {
  const kernel = await KernelClient.start({ folder: process.cwd() });
  const cell = 'import { tf } from "cellwise"; tf.ones([2, 4]).matMul(tf.ones([4, 2])).dataSync()[3]';
  const id = kernel.start(cell);
  const ends = ({ parent, content }) => parent === id && content.execution_state === "idle";
  await kernel.until(() => kernel.published.find(ends), "the end of the cell", 200_000);
  const { text, error } = await kernel.finish(id);
  console.log(error?.evalue ?? text);
  await kernel.close();
})();
`;

/** The Node that the kernel runs on; this one may lie in somebody's home. */
const kernelNode = () => JSON.parse(readFileSync(join(kernelspec, "kernel.json"), "utf8")).argv[0];

describe("another account of the machine", () => {
  /** @type {string} */
  let place;
  /** @type {import("node:child_process").ChildProcess[]} */
  let started = [];

  before(function () {
    const why =
      process.platform !== "linux" || process.getuid?.() !== 0
        ? "only root can be another account"
        : spawnSync("test", ["-x", root], { uid: OTHER.uid, gid: OTHER.gid }).status !== 0
          ? `${root} lies in a folder that others may not enter`
          : undefined;
    if (why === undefined) return;
    console.log(`      skipped: ${why}`);
    this.skip();
  });
  beforeEach(() => {
    place = mkdtempSync("/tmp/cw-"); // as above, and short: sockets lie below it
    chmodSync(place, 0o755);
    mkdirSync(join(place, "b"));
    chownSync(join(place, "b"), OTHER.uid, OTHER.gid);
    started = [];
  });
  afterEach(async () => {
    for (const child of started) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.stdin?.end();
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(place, { recursive: true });
  });

  /** @param {string} home @returns {Record<string, string | undefined>} */
  const environment = (home) => ({
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: home,
    JUPYTER_PREFER_ENV_PATH: "1",
    CELLWISE_KERNEL_HISTORY: undefined,
  });
  /** @returns {Account} */
  const other = () => ({ env: environment(join(place, "b")), ...OTHER });

  /** Starts a program; `line` gives its next line that matches. @param {string} program @param {string[]} args @param {Account} account */
  const start = (program, args, account) => {
    const child = spawn(program, args, { ...account, cwd: place, stdio: ["pipe", "pipe", "pipe"] });
    started.push(child);
    let errors = "";
    const lines = /** @type {string[]} */ ([]);
    const read = (/** @type {import("node:stream").Readable} */ stream) =>
      createInterface(stream).on("line", (text) => {
        lines.push(text);
        child.emit("said");
      });
    read(child.stdout);
    read(child.stderr).on("line", (text) => {
      errors += `${text}\n`;
    });
    child.on("exit", () => child.emit("said"));
    const line = async (/** @type {RegExp} */ pattern) => {
      for (;;) {
        const found = lines.map((text) => pattern.exec(text)).find(Boolean);
        if (found) return found;
        if (child.exitCode !== null) throw new Error(`it ended:\n${errors}`);
        await once(child, "said");
      }
    };
    return { child, lines, line };
  };

  it("cannot hear what a kernel of npm start says, nor reach its sockets, where over TCP it would", async () => {
    const mine = join(place, "a");
    mkdirSync(mine);
    const entry = join(setupFolder, "main.mjs");
    const account = { env: { ...process.env, ...environment(mine) } };
    const lab = start(process.execPath, [entry, "start", "--no-browser", `--port=${await freePort()}`], account);
    const url = new URL((await lab.line(/http:\/\/127\.0\.0\.1:\d+\/\S*\?token=\w+/))[0]);
    const headers = { Authorization: `token ${url.searchParams.get("token")}` };
    const answer = await fetch(new URL("/api/kernels", url), { method: "POST", headers, body: '{"name":"tslab"}' });
    const { id } = /** @type {{ id: string }} */ (await answer.json());
    const [folder] = readdirSync(mine).filter((name) => name.startsWith("cellwise-"));
    const runtime = join(mine, String(folder));
    const file = join(runtime, `kernel-${id}.json`);
    const connection = JSON.parse(readFileSync(file, "utf8"));
    assert.equal(connection.transport, "ipc");
    const execute = (/** @type {string} */ connectionFile, /** @type {string} */ cell) => {
      const run = spawnSync(venvPython, ["-c", EXECUTE, connectionFile, cell], { encoding: "utf8" });
      assert.equal(run.status, 0, run.stderr);
      return run.stdout;
    };
    assert.match(execute(file, "console.log('it runs')"), /it runs/);

    const open = join(mine, "open.json");
    const tcp = start(venvPython, ["-c", OVER_TCP, open], account);
    await tcp.line(/^ready$/);
    const { ip, iopub_port } = JSON.parse(readFileSync(open, "utf8"));
    const zeromq = join(root, "node_modules", "zeromq");
    const theirs = `${connection.ip}-${connection.iopub_port}`;
    assert.ok(existsSync(theirs));
    const spy = start(
      kernelNode(),
      ["-e", LISTEN, zeromq, `tcp://${ip}:${iopub_port}`, theirs, runtime, file],
      other(),
    );
    for (const what of ["socket", "folder", "file"])
      assert.equal((await spy.line(new RegExp(`^${what} `))).input, `${what} EACCES`);
    await spy.line(/^open iopub_welcome/);
    assert.match(execute(file, "console.log('secret-1234')"), /secret-1234/);
    execute(open, "console.log('open-5678')");
    await spy.line(/^open open-5678/);
    assert.deepEqual(
      spy.lines.filter((text) => text.startsWith("private")),
      [],
    );
    lab.child.kill("SIGTERM");
    await once(lab.child, "exit");
    assert.equal(existsSync(runtime), false, "its folder is gone with it");
  });

  it("runs a cell with TensorFlow on the checkout's kernel, and cannot change the checkout", () => {
    const client = join(root, "tests", "dist", "kernel", "client.js");
    const run = spawnSync(kernelNode(), ["-e", COMPUTE, client], {
      ...other(),
      cwd: join(place, "b"),
      encoding: "utf8",
    });
    assert.equal(run.stdout.trim(), "4", run.stderr);
    const writable = spawnSync("find", [root, "-not", "-type", "l", "-writable", "-print"], {
      ...OTHER,
      encoding: "utf8",
    });
    assert.equal(writable.stdout, "", "what another account could change");
  });
});

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}
