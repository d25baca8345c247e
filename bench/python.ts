// The Python side's own environment, made at the first run and kept apart from the course's.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "..");

/**
 * Installs what bench/requirements.txt names into bench/.venv, unless it is there already.
 *
 * @returns the environment's Python
 */
export function preparePython(): string {
  const venv = join(FOLDER, ".venv");
  const python = join(venv, "bin", "python");
  const requirements = join(FOLDER, "requirements.txt");
  const installed = join(venv, "installed.txt");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) return python;
  console.log("Installing Keras and PyTorch into bench/.venv (once)…");
  execFileSync("python3", ["-m", "venv", venv], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", "-r", requirements], { stdio: "inherit" });
  writeFileSync(installed, wanted);
  return python;
}
