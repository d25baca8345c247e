// Jupyter's wire protocol: how a message becomes frames and frames become a message again.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** The version of the messaging specification that the kernel follows. */
export const PROTOCOL_VERSION = "5.4";

const DELIMITER = Buffer.from("<IDS|MSG>");

export type Json = Record<string, unknown>;

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
}

export interface Message {
  /** ZeroMQ's routing frames: where a reply has to go. */
  identities: Uint8Array[];
  header: Header;
  parent: Partial<Header>;
  metadata: Json;
  content: Json;
  buffers: Uint8Array[];
}

/** What a front end writes into the connection file. */
export interface Connection {
  transport: string;
  ip: string;
  key: string;
  signature_scheme: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

/** Where a socket of this connection listens. */
export function address(connection: Connection, port: number): string {
  return connection.transport === "ipc"
    ? `ipc://${connection.ip}-${port}`
    : `${connection.transport}://${connection.ip}:${port}`;
}

export class Wire {
  readonly #key: string;
  readonly #algorithm: string;

  constructor(
    connection: Pick<Connection, "key" | "signature_scheme">,
    readonly session: string,
  ) {
    this.#key = connection.key;
    this.#algorithm = (connection.signature_scheme || "hmac-sha256").replace(/^hmac-/, "");
  }

  /**
   * The frames of a new message.
   *
   * @param content the content, already written as JSON (so that what cannot be written fails where it was made).
   */
  encode(
    routing: Uint8Array[],
    type: string,
    parent: Partial<Header>,
    content: string,
    metadata = "{}",
    buffers: Uint8Array[] = [],
  ): Uint8Array[] {
    const header: Header = {
      msg_id: randomUUID(),
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      msg_type: type,
      version: PROTOCOL_VERSION,
    };
    const parts = [JSON.stringify(header), JSON.stringify(parent), metadata, content].map((part) => Buffer.from(part));
    return [...routing, DELIMITER, Buffer.from(this.#sign(parts)), ...parts, ...buffers];
  }

  /** The message in these frames; undefined when they are no message of this connection (its signature is wrong). */
  decode(frames: Uint8Array[]): Message | undefined {
    const delimiter = frames.findIndex((frame) => DELIMITER.equals(frame));
    const parts = frames.slice(delimiter + 2, delimiter + 6);
    const signature = frames[delimiter + 1];
    if (delimiter < 0 || signature === undefined || parts.length < 4) return undefined;
    if (!sameSignature(Buffer.from(this.#sign(parts)), signature)) return undefined;
    try {
      const [header, parent, metadata, content] = parts.map((part) => JSON.parse(Buffer.from(part).toString("utf8")));
      if (typeof header?.msg_type !== "string") return undefined;
      return {
        identities: frames.slice(0, delimiter),
        header,
        parent: parent ?? {},
        metadata: metadata ?? {},
        content: content ?? {},
        buffers: frames.slice(delimiter + 6),
      };
    } catch {
      return undefined;
    }
  }

  #sign(parts: Uint8Array[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

function sameSignature(expected: Uint8Array, given: Uint8Array): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}
