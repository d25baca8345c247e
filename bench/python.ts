// The Python side's own environment, made at the first run and kept apart from the course's.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "..");

/** The environment's Python, and whether PyTorch is in it. */
export interface Python {
  readonly command: string;
  readonly torch: boolean;
}

/** Installs what the two requirements files name into bench/.venv, unless it is there already. */
export function preparePython(): Python {
  const venv = join(FOLDER, ".venv");
  const command = join(venv, "bin", "python");
  const mark = join(venv, "installed.json");
  const [base, torch] = ["requirements.txt", "requirements-torch.txt"].map((name) => join(FOLDER, name)) as [
    string,
    string,
  ];
  const wanted = readFileSync(base, "utf8") + readFileSync(torch, "utf8");
  if (existsSync(mark)) {
    const installed = JSON.parse(readFileSync(mark, "utf8")) as { wanted: string; torch: boolean };
    if (installed.wanted === wanted) return { command, torch: installed.torch };
  }
  console.log("Installing Keras and PyTorch into bench/.venv (once)…");
  const install = (file: string): void => {
    execFileSync(command, ["-m", "pip", "install", "--quiet", "-r", file], { stdio: "inherit" });
  };
  execFileSync("python3", ["-m", "venv", venv], { stdio: "inherit" });
  install(base);
  let hasTorch = true;
  try {
    install(torch);
  } catch {
    console.log("PyTorch could not be installed; the bench goes on without it.");
    hasTorch = false;
  }
  writeFileSync(mark, JSON.stringify({ wanted, torch: hasTorch }));
  return { command, torch: hasTorch };
}
