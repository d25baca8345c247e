// A JupyterLab of its own for a test: the one in .venv, on the loopback address with its token, with folders of its own
// for notebooks, settings and connection files, so that it neither sees nor changes anything of the user's.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The folder of the whole project; tests run compiled, from tests/dist/browser. */
export const root = resolve(__dirname, "../../..");

const python = join(root, ".venv", "bin", "python");
// Both end only what hangs.
const startSeconds = 600;
const stopSeconds = 300;

export class Jupyter {
  /** The folder that JupyterLab shows. */
  readonly notebooks: string;
  /** Set in the environment of JupyterLab and so of all kernels; what carries it at the end is ended. */
  readonly mark: Record<"CELLWISE_RUN", string>;
  url = "";
  #log = "";
  #server: ChildProcess | undefined;
  readonly #folder: string;
  readonly #token = randomBytes(24).toString("hex");
  readonly #tidyAtExit = () => {
    this.endMarked();
    rmSync(this.#folder, { recursive: true, force: true });
  };

  constructor() {
    // A short path: the kernels' sockets lie below it.
    const temporary = tmpdir().length > 29 ? "/tmp" : tmpdir();
    this.#folder = realpathSync(mkdtempSync(join(temporary, "cellwise-lab-")));
    this.notebooks = join(this.#folder, "notebooks");
    mkdirSync(this.notebooks);
    this.mark = { CELLWISE_RUN: this.#folder };
  }

  /** Starts the server and waits until it answers. */
  async start(): Promise<void> {
    // Also when mocha itself is stopped half-way.
    process.once("exit", this.#tidyAtExit);
    this.#writeSettings();
    const options = [
      "--no-browser",
      "--KernelManager.transport=ipc",
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.port=${await freePort()}`,
      `--ServerApp.root_dir=${this.notebooks}`,
      `--IdentityProvider.token=${this.#token}`,
      "--LabApp.expose_app_in_browser=True",
      ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
    ];
    this.#server = spawn(python, ["-m", "jupyterlab", ...options], {
      env: this.#environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const heard = (chunk: Buffer): void => {
      this.#log += chunk;
    };
    this.#server.stdout?.on("data", heard);
    this.#server.stderr?.on("data", heard);
    await this.#answers();
  }

  /** The address of JupyterLab itself. */
  get address(): string {
    return `${this.url}lab?token=${this.#token}`;
  }

  /** Makes a copy of a notebook in JupyterLab's folder. Its outputs are trusted, as if they had come about here. */
  async take(path: string): Promise<void> {
    const notebook = JSON.parse(readFileSync(path, "utf8"));
    // The server signs what is saved with all code cells trusted, and does not write the mark down.
    for (const { cell_type, metadata } of notebook.cells) if (cell_type === "code") metadata.trusted = true;
    const response = await fetch(`${this.url}api/contents/${encodeURIComponent(basename(path))}`, {
      method: "PUT",
      headers: this.#headers,
      body: JSON.stringify({ type: "notebook", format: "json", content: notebook }),
    });
    assert.ok(response.ok, `${path} was not taken: ${response.status} ${await response.text()}`);
  }

  /** Ends the kernels of all notebooks that were opened. */
  async endKernels(): Promise<void> {
    const headers = this.#headers;
    const sessions = (await (await fetch(`${this.url}api/sessions`, { headers })).json()) as { id: string }[];
    for (const { id } of sessions) await fetch(`${this.url}api/sessions/${id}`, { method: "DELETE", headers });
  }

  /** What JupyterLab and its kernels wrote to the terminal so far. */
  get log(): string {
    return this.#log;
  }

  /** Asks JupyterLab to stop, which ends its kernels; returns what was still there afterwards and had to be killed. */
  async stop(): Promise<string[]> {
    const server = this.#server;
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = new Promise<void>((done) => server.once("exit", () => done()));
      server.kill("SIGTERM");
      const late = setTimeout(() => server.kill("SIGKILL"), stopSeconds * 1000);
      await ended;
      clearTimeout(late);
    }
    const left = this.endMarked();
    process.off("exit", this.#tidyAtExit);
    rmSync(this.#folder, { recursive: true, force: true });
    return left;
  }

  /** Kills whatever carries the mark; returns process ids with names. */
  endMarked(): string[] {
    const script = join(root, "kernel-setup", "setup", "notebooks", "processes.py");
    const printed = execFileSync(python, ["-B", script, this.mark.CELLWISE_RUN], { encoding: "utf8" });
    return printed.split("\n").filter((line) => line !== "");
  }

  get #headers() {
    return { Authorization: `token ${this.#token}` };
  }

  #environment(): NodeJS.ProcessEnv {
    const { JUPYTER_PATH: _path, JUPYTER_CONFIG_PATH: _configPath, ...rest } = process.env;
    const folder = (name: string) => join(this.#folder, name);
    return {
      ...rest,
      ...this.mark,
      JUPYTER_CONFIG_DIR: folder("config"),
      JUPYTER_DATA_DIR: folder("data"),
      JUPYTER_RUNTIME_DIR: folder("run"),
      JUPYTER_PREFER_ENV_PATH: "1",
      IPYTHONDIR: folder("ipython"),
      JUPYTERLAB_SETTINGS_DIR: folder("settings"),
      JUPYTERLAB_WORKSPACES_DIR: folder("workspaces"),
    };
  }

  // Without an answer to "do you want news?" JupyterLab covers the page with the question.
  #writeSettings(): void {
    const folder = join(this.#folder, "settings", "@jupyterlab", "apputils-extension");
    mkdirSync(folder, { recursive: true });
    const settings = { fetchNews: "false", checkForUpdates: false };
    writeFileSync(join(folder, "notification.jupyterlab-settings"), JSON.stringify(settings));
  }

  async #answers(): Promise<void> {
    const deadline = Date.now() + startSeconds * 1000;
    while (Date.now() < deadline) {
      if (this.#server?.exitCode !== null) throw new Error(`JupyterLab ended while it started:\n${this.#log}`);
      const url = this.#announcedUrl();
      if (url && (await isReady(`${url}api/status`, this.#token))) {
        this.url = url;
        return;
      }
      await sleep(100);
    }
    throw new Error(`JupyterLab did not answer within ${startSeconds} s:\n${this.#log}`);
  }

  // The server writes its address to a file as soon as it has its port, which may be another than the one asked for.
  #announcedUrl(): string | undefined {
    const folder = join(this.#folder, "run");
    try {
      const file = readdirSync(folder).find((name) => /^jpserver-\d+\.json$/.test(name));
      return file && JSON.parse(readFileSync(join(folder, file), "utf8")).url;
    } catch {
      return undefined; // not there yet, or half written
    }
  }
}

async function isReady(url: string, token: string): Promise<boolean> {
  try {
    const response = await fetch(url, { headers: { Authorization: `token ${token}` } });
    return response.ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? done(address.port) : fail(new Error("no port"))));
    });
  });
}
