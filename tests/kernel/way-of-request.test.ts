// How far it is from a request to its output: whoever wants to understand the kernel has to read all of it.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CHECKOUT, KernelClient } from "./client";
import { ENTERED, type Entered } from "./entered";

const KERNEL = pathToFileURL(join(CHECKOUT, "kernel-setup", "dist", "kernel")).href;
/** The main thread and the channels' thread. */
const THREADS = [0, 1];

describe("kernel: the way of a request", () => {
  let place: string;
  let kernel: KernelClient;
  before(async () => {
    place = mkdtempSync(join(tmpdir(), "cellwise-entered-"));
    const probe = JSON.stringify(join(__dirname, "entered.js"));
    kernel = await KernelClient.start({ env: { NODE_OPTIONS: `--require ${probe}`, [ENTERED]: place } });
  });
  after(async () => {
    await kernel.close();
    rmSync(place, { recursive: true, force: true });
  });

  /** What each thread has entered since the last time. */
  function entered(id: number, time: number): Promise<Entered[]> {
    process.kill(id, "SIGUSR2");
    const whole = (thread: number): Entered | undefined => {
      try {
        return JSON.parse(readFileSync(join(place, `${thread}-${time}.json`), "utf8"));
      } catch {
        return undefined; // not written yet, or not to its end
      }
    };
    return kernel.until(() => {
      const found = THREADS.map(whole);
      return found.every((each) => each !== undefined) ? found : undefined;
    }, "what was entered");
  }

  it("enters fewer than 28 of its files", async () => {
    const code = "console.log(1); 1 + 1";
    const id = Number((await kernel.run("process.pid")).text);
    await kernel.run(code);
    await entered(id, 1);
    const { stdout, text } = await kernel.run(code);
    assert.deepEqual([stdout, text], ["1\n", "2"]);
    const files = new Map<string, string[]>();
    for (const thread of await entered(id, 2)) {
      for (const [url, names] of Object.entries(thread)) {
        if (!url.startsWith(KERNEL)) continue;
        const file = url.slice(KERNEL.length + 1);
        files.set(file, [...(files.get(file) ?? []), ...names.filter((name) => name !== "")]);
      }
    }
    for (const file of ["requests/execution.js", "session/session.js", "channels/outbox.js", "wire.js"])
      assert.ok(files.has(file), `${file} is not seen: what is entered is not all there`);
    const list = [...files].map(([file, names]) => `\n  ${file}: ${names.join(" ")}`).join("");
    assert.ok(files.size < 28, `a request enters ${files.size} files:${list}`);
  });
});
