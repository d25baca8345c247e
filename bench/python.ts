// The Python side's own environment, made at the first run and kept apart from the course's.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "..");
const PEERS = join(FOLDER, "peers");
const FIRST = "requirements.txt";
/** Without these the bench goes on; a line says so. */
const FURTHER = ["requirements-torch.txt", "requirements-jax.txt"];

/**
 * Installs what the requirements files name into bench/.venv, unless it is there already.
 *
 * @returns the environment's Python
 */
export function preparePython(): string {
  const venv = join(FOLDER, ".venv");
  const command = join(venv, "bin", "python");
  const mark = join(venv, "installed.json");
  const wanted = [FIRST, ...FURTHER].map((name) => readFileSync(join(PEERS, name), "utf8")).join("");
  if (existsSync(mark) && JSON.parse(readFileSync(mark, "utf8")).wanted === wanted) return command;
  console.log("Installing Keras, PyTorch and JAX into bench/.venv (once)…");
  const install = (file: string): void => {
    execFileSync(command, ["-m", "pip", "install", "--quiet", "-r", join(PEERS, file)], { stdio: "inherit" });
  };
  execFileSync("python3", ["-m", "venv", venv], { stdio: "inherit" });
  install(FIRST);
  for (const file of FURTHER) {
    try {
      install(file);
    } catch {
      console.log(`What ${file} names could not be installed; the bench goes on without it.`);
    }
  }
  writeFileSync(mark, JSON.stringify({ wanted }));
  return command;
}
