// One set-up at a time in a checkout: the second waits until the first has ended, or has died.
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync, utimesSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { removeFile } from "./own-folders.mjs";

const BEAT_MS = 2_000;
const DEAD_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 200;

/** @param {string} file */
function holder(file) {
  try {
    const [pid = "", host = ""] = readFileSync(file, "utf8").split("\n");
    return { pid: Number(pid), host, age: Date.now() - statSync(file).mtimeMs };
  } catch {
    return undefined;
  }
}

/** @param {{ pid: number, host: string, age: number }} who */
function isDead({ pid, host, age }) {
  if (age > DEAD_AFTER_MS) return true;
  if (!pid || host !== hostname()) return false; // still being written, or on another machine: its beat tells
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH";
  }
}

/**
 * Takes the lock, waiting for whoever has it.
 *
 * @param {string} folder where the lock lies
 * @param {(message: string) => void} say told once, when there is somebody to wait for
 * @param {AbortSignal} signal ends the waiting
 * @returns {Promise<() => void>} releases the lock
 */
export async function takeLock(folder, say, signal) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "lock");
  for (let told = false; ; ) {
    try {
      const handle = openSync(file, "wx");
      writeSync(handle, `${process.pid}\n${hostname()}\n`);
      closeSync(handle);
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    const who = holder(file);
    if (who && isDead(who)) {
      // Taken away under another name first: of several that see the dead lock, only one gets it.
      const grave = `${file}.${process.pid}`;
      try {
        renameSync(file, grave);
        const buried = holder(grave);
        if (buried && !isDead(buried)) renameSync(grave, file);
        else removeFile(grave);
      } catch {
        // somebody else was quicker
      }
      continue;
    }
    if (!told)
      say(`Another set-up of this checkout is at work${who?.pid ? ` (process ${who.pid})` : ""}: waiting for it.`);
    told = true;
    await wait(LOOK_EVERY_MS);
    signal.throwIfAborted();
  }
  const beat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // the folder was deleted under us
    }
  }, BEAT_MS);
  beat.unref();
  return () => {
    clearInterval(beat);
    removeFile(file);
  };
}
