// What the machine has to bring: looked at before anything is downloaded, each with the command that mends it.
import { statfsSync } from "node:fs";
import { ask } from "./command.mjs";
import { root, userNode } from "./places.mjs";
import { oldestGlibc, wheels } from "./wheels.mjs";

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {boolean} ok
 * @property {string} found version and place, or what is there instead
 * @property {string} [remedy] what to do where it is not ok
 */

const OLDEST_PYTHON = [3, 9];
const PYTHON_PROBE = `
import json, sys
missing = []
for name in ("venv", "ensurepip"):
    try: __import__(name)
    except ImportError: missing.append(name)
print(json.dumps([list(sys.version_info[:3]), sys.executable, missing]))
`;
const CPP_PROBE = "#include <optional>\n#include <string>\nint main() { return std::optional<int>(0).value(); }\n";

const onMac = process.platform === "darwin";

/** @returns {{ platform: string, arch: string, glibc?: string }} */
function thisMachine() {
  const { platform, arch } = process;
  if (platform !== "linux") return { platform, arch };
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return { platform, arch, glibc: report.header.glibcVersionRuntime };
}

/** @param {{ platform: string, arch: string, glibc?: string }} [machine] @returns {Part} */
export function platform({ platform, arch, glibc } = thisMachine()) {
  const name = "Platform";
  const found = `${platform} ${arch}`;
  if (platform === "win32") {
    const remedy =
      "Cellwise does not run on Windows itself. It runs in WSL 2 (Windows Subsystem for Linux): " +
      'see "Windows" in environment.md.';
    return { name, ok: false, found, remedy };
  }
  if (!wheels[`${platform}-${arch}`]) {
    const remedy = "TensorFlow is published for Linux and macOS on x64 and arm64 only. Use one of these.";
    return { name, ok: false, found, remedy };
  }
  if (platform !== "linux") return { name, ok: true, found };
  const [major = 0, minor = 0] = (glibc ?? "").split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestGlibc;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) {
    return { name, ok: true, found: `${found}, glibc ${glibc}` };
  }
  const remedy = `TensorFlow needs the GNU C library ${oldestGlibc.join(".")} or newer (Debian 10, Ubuntu 18.04 and later have it).`;
  return { name, ok: false, found: `${found}, ${glibc ? `glibc ${glibc}` : "no glibc (musl?)"}`, remedy };
}

/** @returns {Part} */
export const node = () => ({ name: "Node", ok: true, found: `${ask(userNode, ["--version"]).text} (${userNode})` });

/**
 * The Python that makes the course's environment: $CELLWISE_PYTHON, or the first on the PATH that will do.
 *
 * @returns {Part & { path?: string }}
 */
export function python() {
  const name = "Python with venv and pip";
  const wanted = process.env.CELLWISE_PYTHON;
  const candidates = wanted
    ? [wanted]
    : ["python3", ...[14, 13, 12, 11, 10, 9].map((minor) => `python3.${minor}`), "python"];
  /** @type {string[]} */
  const tooOld = [];
  /** @type {string[]} */
  const withoutVenv = [];
  for (const candidate of candidates) {
    const { ok, text } = ask(candidate, ["-c", PYTHON_PROBE]);
    if (!ok) continue;
    /** @type {[number[], string, string[]]} */
    const [version, path, missing] = JSON.parse(text.split("\n").pop() ?? "");
    const shown = `${version.join(".")} (${path})`;
    const [major = 0, minor = 0] = version;
    if (major * 1000 + minor < Number(OLDEST_PYTHON[0]) * 1000 + Number(OLDEST_PYTHON[1])) tooOld.push(shown);
    else if (missing.length > 0) withoutVenv.push(shown);
    else return { name, ok: true, found: shown, path };
  }
  const install = onMac ? "brew install python" : "sudo apt install python3 python3-venv   (Debian, Ubuntu, WSL)";
  if (withoutVenv.length > 0) {
    const remedy = `This Python lacks venv or ensurepip. Run: ${onMac ? install : "sudo apt install python3-venv   (Debian, Ubuntu, WSL)"}`;
    return { name, ok: false, found: withoutVenv.join(", "), remedy };
  }
  const found = tooOld.length > 0 ? `too old: ${tooOld.join(", ")}` : `none (looked for ${candidates.join(", ")})`;
  const remedy = `Python ${OLDEST_PYTHON.join(".")} or newer is needed. Run: ${install}`;
  return { name, ok: false, found, remedy };
}

/** @returns {Part & { path?: string }} */
export function compiler() {
  const name = "C++17 compiler";
  const candidates = process.env.CXX ? [process.env.CXX] : onMac ? ["clang++"] : ["g++", "clang++", "c++"];
  const install = onMac ? "xcode-select --install" : "sudo apt install g++   (Debian, Ubuntu, WSL)";
  /** @type {string | undefined} */
  let broken;
  for (const candidate of candidates) {
    const version = ask(candidate, ["--version"]);
    if (!version.found) continue;
    const probe = ask(candidate, ["-std=c++17", "-fsyntax-only", "-x", "c++", "-"], { input: CPP_PROBE });
    if (probe.ok) return { name, ok: true, found: version.text.split("\n")[0] ?? candidate, path: candidate };
    broken ??= `${candidate}, which cannot compile C++17: ${probe.text.split("\n")[0]}`;
  }
  return { name, ok: false, found: broken ?? `none (looked for ${candidates.join(", ")})`, remedy: `Run: ${install}` };
}

/**
 * @param {number} neededMegabytes
 * @param {(folder: string) => { bavail: number, bsize: number }} [statfs]
 * @returns {Part}
 */
export function disk(neededMegabytes, statfs = statfsSync) {
  const { bavail, bsize } = statfs(root);
  const free = Math.floor((bavail * bsize) / 1e6);
  const ok = free >= neededMegabytes;
  return {
    name: "Free disk space",
    ok,
    found: `${free} MB free in ${root}`,
    ...(ok
      ? {}
      : { remedy: `Set-up needs ${neededMegabytes} MB there. Free some, or move the checkout to a larger disk.` }),
  };
}
