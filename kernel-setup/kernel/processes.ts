// The processes that a kernel's cells have started, however they were: also those that have left its process group
// (`detached: true`), and those whose parent has ended. Each has inherited the kernel's mark in its environment.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** The environment variable with the kernel's mark; the launcher makes one for each kernel. */
export const MARK = "CELLWISE_KERNEL";

/** How often is looked again for processes that were started meanwhile. */
const ROUNDS = 5;

interface Running {
  id: number;
  parent: number;
}

/** The processes that this one has started, and those that they have. */
export function descendants(): number[] {
  const running = process.platform === "linux" ? onLinux() : byPs();
  const found = [process.pid];
  for (const each of found) for (const { id, parent } of running) if (parent === each) found.push(id);
  return found.slice(1);
}

/** Ends every process but this one that carries this mark, at once. */
export function killMarked(mark: string): void {
  for (let round = 0; round < ROUNDS; round++) {
    const found = processesWithMark(mark);
    if (found.length === 0) return;
    for (const id of found) signal(id, "SIGKILL");
  }
}

/** Ends the kernel's process and every process it has started, at once. */
export function killAll(): void {
  const mark = process.env[MARK];
  for (const child of descendants()) signal(child, "SIGKILL");
  if (mark !== undefined) {
    killMarked(mark);
    // The launcher gave the kernel a process group of its own.
    signal(-process.pid, "SIGKILL");
  }
  signal(process.pid, "SIGKILL");
}

export function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** The processes but this one that carry this mark. */
export function processesWithMark(mark: string): number[] {
  return withMark(mark).filter((id) => id !== process.pid);
}

function withMark(mark: string): number[] {
  const entry = `${MARK}=${mark}`;
  if (process.platform === "linux") {
    return ids().filter((id) => read(`/proc/${id}/environ`).split("\0").includes(entry));
  }
  const lines = ps(["-A", "-E", "-ww", "-o", "pid=,command="]).split("\n");
  return lines.filter((line) => line.includes(` ${entry}`)).map((line) => Number.parseInt(line, 10));
}

function ids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function onLinux(): Running[] {
  return ids().map((id) => {
    // "pid (name) state parent …"; the name may hold anything.
    const stat = read(`/proc/${id}/stat`);
    return { id, parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) };
  });
}

/** A file of /proc; nothing when the process has ended or is somebody else's. */
function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

function byPs(): Running[] {
  return ps(["-A", "-o", "pid=,ppid="])
    .trim()
    .split("\n")
    .map((line) => {
      const [id = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
      return { id, parent };
    });
}

function ps(options: string[]): string {
  try {
    return execFileSync("ps", options, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}
