// What cells, TensorFlow's C++ and child processes write to file descriptors 1 and 2 themselves. The launcher holds the
// other end of both and hands the bytes back (file descriptor 3), so that they appear in the cell that ran.
import { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { Frame, frame, frameReader, type StreamName, splitAtMarker, startOfMarker } from "../link";
import { killAll, MARK } from "../processes";
import type { Header } from "../wire";

/** Bytes of native output that one cell may have; what a runaway child process writes beyond that is dropped. */
const LIMIT = 8 * 1024 * 1024;

export class NativeOutput {
  onInterrupt: () => void = () => undefined;
  readonly #socket: Socket | undefined;
  readonly #emit: (stream: StreamName, text: string, parent: Partial<Header>) => void;
  readonly #pipes: Record<StreamName, MarkedPipe>;
  #parent: Partial<Header> = {};
  #silent = false;
  #written = 0;
  #waiting: { marker: number; done: () => void } | undefined;

  constructor(emit: (stream: StreamName, text: string, parent: Partial<Header>) => void) {
    this.#emit = emit;
    const onMark = (): void => this.#checkMarks();
    this.#pipes = {
      stdout: new MarkedPipe((text) => this.#text("stdout", text), onMark),
      stderr: new MarkedPipe((text) => this.#text("stderr", text), onMark),
    };
    if (process.env[MARK] === undefined) return;
    this.#socket = new Socket({ fd: 3, readable: true, writable: true });
    const read = frameReader((kind, bytes) => {
      if (kind === Frame.stdout) this.#pipes.stdout.take(bytes);
      else if (kind === Frame.stderr) this.#pipes.stderr.take(bytes);
      else if (kind === Frame.interrupt) this.onInterrupt();
    });
    this.#socket.on("data", read);
    // The kernel ends with its launcher.
    this.#socket.on("close", killAll);
    this.#socket.on("error", killAll);
  }

  /** Output belongs to this request from now on. */
  setParent(parent: Header, to: Uint8Array[], silent: boolean): void {
    this.#parent = parent;
    this.#silent = silent;
    this.#written = 0;
    const routing = to.map((each) => Buffer.from(each).toString("base64"));
    this.#socket?.write(frame(Frame.running, Buffer.from(JSON.stringify({ parent, to: routing }))));
  }

  /** No cell runs. */
  clearParent(): void {
    this.#socket?.write(frame(Frame.running));
  }

  /** The kernel ends because it was asked to: the launcher need not explain it. */
  noteShutdown(): void {
    this.#socket?.write(frame(Frame.ending));
  }

  /** A cell ends the kernel. */
  noteExit(code: number): void {
    this.#socket?.write(frame(Frame.exit, Buffer.from(String(code))));
  }

  /** Calls back once both pipes have brought this marker, or after `patience` milliseconds. */
  onMarker(marker: number, patience: number, callback: () => void): void {
    if (this.#socket === undefined) {
      callback();
      return;
    }
    const timer = setTimeout(() => this.#waiting?.done(), patience);
    const done = (): void => {
      clearTimeout(timer);
      this.#waiting = undefined;
      for (const pipe of Object.values(this.#pipes)) pipe.flush();
      callback();
    };
    this.#waiting = { marker, done };
    this.#checkMarks();
  }

  #checkMarks(): void {
    const { marker, done } = this.#waiting ?? { marker: Infinity, done: () => undefined };
    if (this.#pipes.stdout.marker >= marker && this.#pipes.stderr.marker >= marker) done();
  }

  #text(stream: StreamName, text: string): void {
    if (this.#silent || this.#written > LIMIT) return;
    this.#written += text.length;
    const cut = this.#written > LIMIT ? `\n… output cut after ${LIMIT / 1024 / 1024} MB\n` : "";
    this.#emit(stream, text + cut, this.#parent);
  }
}

/** Splits what came through a pipe into text and markers. */
class MarkedPipe {
  /** The last marker seen. */
  marker = 0;
  readonly #decoder = new StringDecoder("utf8");
  #held = "";

  constructor(
    readonly onText: (text: string) => void,
    readonly onMark: () => void,
  ) {}

  take(bytes: Buffer): void {
    let text = this.#held + this.#decoder.write(bytes);
    this.#held = "";
    for (let split = splitAtMarker(text); split !== undefined; split = splitAtMarker(text)) {
      if (split.before !== "") this.onText(split.before);
      this.marker = split.marker;
      text = split.after;
    }
    const start = startOfMarker(text);
    if (start >= 0) {
      this.#held = text.slice(start);
      text = text.slice(0, start);
    }
    if (text !== "") this.onText(text);
    this.onMark();
  }

  /** Lets go of what looked like the beginning of a marker. */
  flush(): void {
    if (this.#held !== "") this.onText(this.#held);
    this.#held = "";
  }
}
