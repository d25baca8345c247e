// The history of cells, over restarts.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Content, KernelClient } from "./client";

describe("kernel: history", () => {
  let place: string;
  let env: Record<string, string>;
  before(() => {
    place = mkdtempSync(join(tmpdir(), "cellwise-history-"));
    env = { CELLWISE_KERNEL_HISTORY: join(place, "history.jsonl") };
    writeFileSync(join(place, "history.jsonl"), "not a line of history\n");
  });
  after(() => rmSync(place, { recursive: true, force: true }));

  it("remembers by tail, range and search, also after a restart", async () => {
    const first = await KernelClient.start({ env });
    for (const code of ["1 + 1", "let a = 5", "1 + 2"]) await first.run(code);
    await first.run("'not kept'", { store_history: false });
    await first.close();
    const second = await KernelClient.start({ env });
    try {
      await second.run("a = 1");
      await second.run("1 + 2");
      const find = async (content: Content): Promise<unknown> =>
        (await second.request("history_request", { output: false, raw: true, ...content })).content.history;
      assert.deepEqual(await find({ hist_access_type: "tail", n: 2 }), [
        [2, 1, "a = 1"],
        [2, 2, "1 + 2"],
      ]);
      assert.deepEqual(await find({ hist_access_type: "range", session: 1, start: 2, stop: 4 }), [
        [1, 2, "let a = 5"],
        [1, 3, "1 + 2"],
      ]);
      assert.deepEqual(await find({ hist_access_type: "range", session: -1, start: 1, stop: 2, output: true }), [
        [1, 1, ["1 + 1", "2"]],
      ]);
      assert.deepEqual(await find({ hist_access_type: "search", pattern: "1*", unique: true }), [
        [1, 1, "1 + 1"],
        [2, 2, "1 + 2"],
      ]);
      assert.deepEqual(await find({ hist_access_type: "search", pattern: "1 ? *", n: 1 }), [[2, 2, "1 + 2"]]);
    } finally {
      await second.close();
    }
  });
});
