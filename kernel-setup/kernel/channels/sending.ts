// All messages that the kernel sends, in one chain, so that none overtakes another.
import type { Router, XPublisher } from "zeromq";
import type { Header, Wire } from "../wire";
import { StreamBatcher, type StreamName } from "./stream-batcher";

export class Sender {
  #sent: Promise<unknown> = Promise.resolve();
  readonly #batcher = new StreamBatcher((name, text, parent) =>
    this.#send(this.iopub, [Buffer.from("stream")], "stream", parent, JSON.stringify({ name, text })),
  );

  constructor(
    readonly wire: Wire,
    readonly iopub: XPublisher,
  ) {}

  /** Text of a stream; it may travel with what comes within a moment. */
  text(name: StreamName, text: string, parent: Partial<Header>): void {
    this.#batcher.add(name, text, parent);
  }

  publish(type: string, parent: Partial<Header>, content: string, metadata?: string, buffers?: Uint8Array[]): void {
    this.#batcher.flush();
    this.#send(this.iopub, [Buffer.from(type)], type, parent, content, metadata, buffers);
  }

  status(state: string, parent: Partial<Header>): void {
    this.publish("status", parent, JSON.stringify({ execution_state: state }));
  }

  reply(socket: Router, to: Uint8Array[], type: string, parent: Partial<Header>, content: string): void {
    this.#batcher.flush();
    this.#send(socket, to, type, parent, content);
  }

  /** Resolves when ZeroMQ has all messages. */
  flushed(): Promise<unknown> {
    this.#batcher.flush();
    return this.#sent;
  }

  #send(socket: Router | XPublisher, ...message: Parameters<Wire["encode"]>): void {
    const frames = this.wire.encode(...message);
    // The socket is closed already.
    this.#sent = this.#sent.then(() => socket.send(frames)).catch(() => undefined);
  }
}
