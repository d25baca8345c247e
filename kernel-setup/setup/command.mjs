// Runs programs: their output goes to a log, its last lines into the error when they fail, and none outlives us.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { removeFile } from "./own-folders.mjs";
import { root, setupState } from "./places.mjs";

const LINES_KEPT = 15;
const STACK_LINE = /^(npm error\s+)?\s*at \S+ ?\(/;

/** A program ended with an error, or could not be started. */
export class CommandFailed extends Error {
  /**
   * @param {string} program
   * @param {string} how
   * @param {string[]} lastLines
   * @param {string} log
   * @param {NodeJS.Signals | null} signal what has ended it
   */
  constructor(program, how, lastLines, log, signal = null) {
    super(
      `${program} ${how}. Its last lines:\n${lastLines.map((line) => `  | ${line}`).join("\n")}\nAll of it: ${log}`,
    );
    this.name = "CommandFailed";
    this.lastLines = lastLines;
    this.signal = signal;
  }
}

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
const PATIENCE_MS = 5_000;

// Each program leads a process group of its own, so that what it has started ends with it: pip and npm start others.
/** @param {number | undefined} group @param {NodeJS.Signals} signal */
function endGroup(group, signal) {
  try {
    if (group) process.kill(-group, signal);
  } catch {
    // it has ended
  }
}

/** Ends every program that is still running. */
export function endAll() {
  for (const { pid } of running) {
    endGroup(pid, "SIGTERM");
    setTimeout(() => endGroup(pid, "SIGKILL"), PATIENCE_MS).unref();
  }
}

const runningFile = join(setupState, "running");

/**
 * Ends what a set-up that was killed outright has left running, before another touches the same folders. To be called
 * under the lock.
 */
export function endLeftovers() {
  /** @type {number} */
  let group;
  try {
    group = Number(readFileSync(runningFile, "utf8"));
  } catch {
    return;
  }
  // The number may have gone to a stranger since: ours mention the checkout, or are npm, which renames itself.
  const { text } = ask("ps", ["-A", "-o", "pgid=,args="]);
  const members = text.split("\n").filter((line) => Number.parseInt(line, 10) === group);
  if (members.some((line) => line.includes(root) || /^\s*\d+ npm /.test(line))) endGroup(group, "SIGKILL");
  removeFile(runningFile);
}

/**
 * Runs a program to its end, without a terminal.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ log: string, name?: string, cwd?: string, env?: Record<string, string | undefined>, onLine?: (line: string) => void }} options
 *   `log` names the log file in .setup, `name` the program in errors; `onLine` sees each line as it comes.
 * @returns {Promise<string>} all that it printed
 * @throws {CommandFailed} when it cannot be started or ends with an error
 */
export function run(program, args, { log, name = basename(program), cwd, env, onLine }) {
  mkdirSync(setupState, { recursive: true });
  const logFile = join(setupState, `${log}.log`);
  appendFileSync(logFile, `\n$ ${[program, ...args].join(" ")}\n`);
  return new Promise((resolve, reject) => {
    // The program's shell notes its number before it becomes the program: we could be killed between start and note.
    const child = spawn("/bin/sh", ["-c", 'echo $$ > "$0" && exec "$@"', runningFile, program, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(child);
    let output = "";
    let rest = "";
    /** @type {string[]} */
    const lastLines = [];
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      appendFileSync(logFile, chunk);
      output += chunk;
      const lines = (rest + chunk).split(/\r?\n|\r/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (!line.trim()) continue;
        onLine?.(line);
        if (STACK_LINE.test(line)) continue;
        lastLines.push(line);
        if (lastLines.length > LINES_KEPT) lastLines.shift();
      }
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", (error) => {
      running.delete(child);
      reject(new CommandFailed(name, `could not be started (${error.message})`, lastLines, logFile));
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      removeFile(runningFile);
      if (rest.trim()) lastLines.push(rest);
      if (code === 0) resolve(output);
      else {
        const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
        reject(new CommandFailed(name, how, lastLines, logFile, signal));
      }
    });
  });
}

/**
 * Asks a program something short.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ input?: string, env?: Record<string, string | undefined> }} [options]
 * @returns {{ ok: boolean, found: boolean, text: string }} `found` is false where there is no such program; `text` is what
 *   it printed, its errors too where it failed
 */
export function ask(program, args, { input = "", env } = {}) {
  const result = spawnSync(program, args, {
    input,
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: 600_000, // ends only what hangs
  });
  const code = /** @type {NodeJS.ErrnoException | undefined} */ (result.error)?.code;
  const ok = result.status === 0;
  const text = `${result.stdout ?? ""}${ok ? "" : (result.stderr ?? "")}`.trim();
  return { ok, found: code !== "ENOENT", text };
}

/**
 * Runs a program in the foreground, with our terminal, and passes the signals on.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, output?: import("node:stream").Writable }} [options]
 *   `output` takes what it prints, in place of the terminal
 * @returns {Promise<number>} its exit code
 */
export function runInForeground(program, args, { cwd, env, output } = {}) {
  return new Promise((resolve, reject) => {
    const printed = output ? "pipe" : "inherit";
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["inherit", printed, printed],
    });
    if (output) for (const stream of [child.stdout, child.stderr]) stream?.pipe(output, { end: false });
    // Ctrl-C reaches the whole group of the terminal, the child too: it decides what it means.
    const stay = () => {};
    const pass = () => child.kill("SIGTERM");
    process.on("SIGINT", stay);
    process.on("SIGTERM", pass);
    process.on("SIGHUP", pass);
    const done = () => {
      process.off("SIGINT", stay);
      process.off("SIGTERM", pass);
      process.off("SIGHUP", pass);
    };
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.on("close", (code, signal) => {
      done();
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}
