// The messages between the two threads of the kernel. The channels' thread owns every socket and answers while a cell
// computes; the main thread runs the cells. Everything else they share is the few numbers of `Flags`. At the end what comes from the
// launcher: frames over file descriptor 3, and in the bytes of file descriptors 1 and 2 the markers of the main thread.
import type { MessagePort } from "node:worker_threads";
import type { Connection, Header, Json, Message } from "./wire";

/** What is to become of a request: an interrupt that came before it could begin ends it, an earlier error gives it up. */
export type Fate = "serve" | "interrupt" | "abort";

/** From the channels to the main thread. */
export type ToKernel =
  /** The same number twice is the same request: the first message may have been lost with what was ended by force. */
  | { kind: "request"; message: Message; fate: Fate; number: number }
  /** This cell is to end. It may be sent more than once. */
  | { kind: "interrupt"; cell: number }
  /** No cell runs, but an interrupt was asked for: is anybody there? `force` ends whatever earlier cells have left. */
  | { kind: "ping"; force: boolean };

export type StreamName = "stdout" | "stderr";

/** From the main thread to the channels. */
export type ToChannels =
  | {
      kind: "publish";
      type: string;
      parent: Partial<Header>;
      content: string;
      metadata?: string;
      buffers?: Uint8Array[];
    }
  | { kind: "stream"; name: StreamName; parent: Header; text: string }
  | { kind: "reply"; to: Uint8Array[]; type: string; parent: Header; content: string }
  /** The main thread has loaded everything and is about to enter its event loop. */
  | { kind: "ready" }
  /** The main thread is free: it may have the next shell request. */
  | { kind: "next" }
  /** Whatever execution waits in the queue now is to be answered `aborted`. */
  | { kind: "abort" }
  /** Output that reaches file descriptors 1 and 2 from now on belongs to this request. */
  | { kind: "parent"; parent: Header; to: Uint8Array[]; silent: boolean }
  /** Nothing posted after this is sent before marker `marker` has come through file descriptors 1 and 2. */
  | { kind: "barrier"; marker: number }
  | { kind: "input"; to: Uint8Array[]; parent: Header; content: string }
  /** The process is about to end: the main thread waits (`Flags.input`) until everything posted is sent. */
  | { kind: "exiting"; code?: number }
  | { kind: "shutdown"; message: Message; restart: boolean };

/**
 * Posts a message to the channels' thread.
 *
 * @param more true when another message follows at once, with which this one may wait: each crossing takes its time.
 */
export type PostToChannels = (message: ToChannels, more?: boolean) => void;

/** Numbers that both threads read and write (`Int32Array` over shared memory). */
export const Flags = {
  /** The number of the cell that runs; 0 when none does. */
  running: 0,
  /** The number of the cell that an interrupt was last asked for. */
  interrupted: 1,
  /** The number of the cell that has said it stops by itself when asked (it reads the signal, or trains a model). */
  cooperative: 2,
  /** What `Atomics.wait` for an answer of the user waits on: 0 waiting, 1 answered, 2 interrupted. */
  input: 3,
  /** What the main thread is at, of `Phase`: the ways to stop it differ. */
  phase: 4,
  /** The main thread sets it to 1 when it receives a ping. */
  heard: 5,
  /** 1 while what the main thread is at is about to be ended by force: it must not come to the kernel's own code. */
  terminating: 6,
  /** The number of the interrupted cell whose `finally` still cleans up; 0 when none does. */
  cleaning: 7,
  /** How many posts of the main thread the channels have received. */
  received: 8,
} as const;

export const FLAG_COUNT = 9;

export const Phase = {
  /** In the event loop, or in a callback or continuation from it. */
  loop: 0,
  /** In the synchronous part of a cell. */
  synchronous: 1,
  /** In a call that waits for another program. */
  child: 2,
  /** In the compiler: it is given more time than a cell, since it has to be made anew when it was broken off. */
  compiling: 3,
  /** Waiting for the user's answer, which an interrupt ends by itself. */
  asking: 4,
  /** In the kernel's own code, which is never ended by force. */
  kernel: 5,
} as const;

/**
 * Enters a phase in which the main thread must not be ended by force, or cannot be; the answer is the phase before. If what
 * came before is about to be ended, that happens here: the two threads agree over `phase` and `terminating` as in Dekker's
 * algorithm, each says what it wants first and looks at the other's flag then. While it waits, the main thread is still in
 * the phase before.
 */
export function enter(flags: Int32Array, phase: number): number {
  for (;;) {
    const before = Atomics.exchange(flags, Flags.phase, phase);
    if (Atomics.load(flags, Flags.terminating) === 0) return before;
    Atomics.store(flags, Flags.phase, before);
    while (Atomics.load(flags, Flags.terminating) === 1);
  }
}

/** Enters the kernel's own code. */
export function enterKernel(flags: Int32Array): number {
  return enter(flags, Phase.kernel);
}

/** Does what must not be broken off: a callback of the kernel's own, while cells may have left something behind. */
export function withoutInterrupts<T>(flags: Int32Array, work: () => T): T {
  const before = enterKernel(flags);
  try {
    return work();
  } finally {
    Atomics.store(flags, Flags.phase, before);
  }
}

/** What the channels' thread is started with. */
export interface ChannelsData {
  connection: Connection;
  session: string;
  info: Json;
  flags: Int32Array;
  /** Answers of the user, read by the main thread while it waits. */
  inputReplies: MessagePort;
}

/** Frames between the launcher and the channels (file descriptor 3): one byte of kind, four of length, then the bytes. */
export const Frame = {
  stdout: 1,
  stderr: 2,
  interrupt: 3,
  /** From the kernel: the request whose execution runs (JSON, empty when none does). */
  running: 4,
  /** From the kernel: it is about to end because it was asked to. */
  ending: 5,
  /** From the kernel: a cell ends it with this exit code (decimal digits). */
  exit: 6,
} as const;

/** One frame between the launcher and the channels. */
export function frame(kind: number, bytes: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Gathers bytes and calls back for each whole frame in them. */
export function frameReader(onFrame: (kind: number, bytes: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 5) {
      const end = 5 + rest.readUInt32BE(1);
      if (rest.length < end) return;
      const kind = rest.readUInt8(0);
      const bytes = rest.subarray(5, end);
      rest = rest.subarray(end);
      onFrame(kind, bytes);
    }
  };
}

// Markers in the bytes of file descriptors 1 and 2: the main thread writes one to say "up to here", the channels' thread
// takes it out again.

const EDGE = "\u001e";
const NAME = "cellwise-marker-";

/** The longest a marker can be. */
const MARKER_LENGTH = 40;

export function markerText(marker: number): string {
  return `${EDGE}${NAME}${marker}${EDGE}`;
}

/** Splits text at its first marker; undefined when it has none. */
export function splitAtMarker(text: string): { before: string; marker: number; after: string } | undefined {
  const start = text.indexOf(EDGE + NAME);
  const end = start < 0 ? -1 : text.indexOf(EDGE, start + 1);
  if (end < 0) return undefined;
  const marker = Number(text.slice(start + EDGE.length + NAME.length, end));
  return { before: text.slice(0, start), marker, after: text.slice(end + 1) };
}

/** Where the beginning of a marker may be whose end has not come yet; -1 when nowhere. */
export function startOfMarker(text: string): number {
  const start = text.lastIndexOf(EDGE);
  return start >= 0 && text.length - start < MARKER_LENGTH ? start : -1;
}

export function withoutMarkers(text: string): string {
  let rest = text;
  for (let split = splitAtMarker(rest); split !== undefined; split = splitAtMarker(rest))
    rest = split.before + split.after;
  return rest;
}
