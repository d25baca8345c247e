// `npm start`, once everything is set up: JupyterLab comes up quickly, on this machine only, behind its token, and leaves
// nothing running.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { root, setupFolder } from "../../kernel-setup/setup/places.mjs";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}

describe("npm start", () => {
  /** @type {import("node:child_process").ChildProcess} */
  let lab;
  let log = "";
  /** @type {URL} */
  let url;

  before(async () => {
    const port = await freePort();
    const entry = join(setupFolder, "main.mjs");
    lab = spawn(process.execPath, [entry, "start", "--no-browser", `--port=${port}`], { cwd: root });
    const found = new Promise((resolve, reject) => {
      /** @param {Buffer} data */
      const read = (data) => {
        log += data;
        const match = /http:\/\/127\.0\.0\.1:\d+\/\S*\?token=\w+/.exec(log);
        if (match) resolve(new URL(match[0]));
      };
      lab.stdout?.on("data", read);
      lab.stderr?.on("data", read);
      lab.on("close", (code) => reject(new Error(`JupyterLab ended with code ${code}:\n${log}`)));
    });
    // The address is printed before anybody listens there.
    const printed = await found;
    while (!(await fetch(new URL(`/api/status${printed.search}`, printed.origin)).catch(() => undefined))?.ok) {
      assert.equal(lab.exitCode, null, `JupyterLab ended:\n${log}`);
      await pause(100);
    }
    url = printed;
  });

  after(async () => {
    if (lab.exitCode === null) {
      const closed = once(lab, "close");
      lab.kill("SIGTERM");
      await closed;
    }
  });

  it("says one line of set-up at most, and prints JupyterLab's address with its token", () => {
    assert.doesNotMatch(log, /\[\d\/\d\]/, "a step was done again");
    assert.match(url.pathname, /^\/lab\/tree\/notebooks\/en\/.*\.ipynb$/);
  });

  it("serves the notebooks to whoever has the token, and to nobody else", async () => {
    const ask = (/** @type {string} */ path) => fetch(new URL(path, url.origin), { redirect: "manual" });
    const { token } = Object.fromEntries(url.searchParams);
    const name = url.pathname.replace("/lab/tree/", "");
    assert.equal((await ask(`/api/contents/${name}?token=${token}`)).status, 200);
    assert.equal((await ask(`/api/contents/${name}`)).status, 403);
    assert.equal((await ask(`/api/contents/${name}?token=wrong`)).status, 403);
    const page = await ask("/lab");
    assert.equal(page.status, 302);
    assert.match(String(page.headers.get("location")), /\/login/);
  });

  it("listens on the loopback address only", async () => {
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address, family, internal } of others) {
      if (internal || family !== "IPv4") continue;
      await assert.rejects(fetch(`http://${address}:${url.port}/api`), `it answers on ${address}`);
    }
  });

  it("offers the course's kernel", async () => {
    const specs = await (await fetch(new URL(`/api/kernelspecs${url.search}`, url.origin))).json();
    assert.equal(specs.kernelspecs.tslab.spec.display_name, "TypeScript (tslab)");
    assert.equal(specs.kernelspecs.tslab.spec.language, "typescript");
  });

  it("ends with its children when it is asked to", async () => {
    const children = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).stdout;
    const server = children.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
    const pids = server.filter(([, parent]) => parent === lab.pid).map(([pid]) => pid);
    assert.equal(pids.length, 1);
    const closed = once(lab, "close");
    lab.kill("SIGTERM");
    await closed;
    const left = spawnSync("ps", ["-o", "stat=", "-p", String(pids[0])], { encoding: "utf8" }).stdout.trim();
    assert.ok(left === "" || left.startsWith("Z"), `process ${pids[0]} is still there: ${left}`);
    await assert.rejects(fetch(url));
  });
});
