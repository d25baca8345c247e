// The kernel's five sockets, in a thread of their own: heartbeat and control answer while a cell computes, and what the
// main thread says is sent in the order in which it was said. Shell requests wait here until the main thread asks for one.
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Reply, Router, XPublisher } from "zeromq";
import type { ChannelsData, ToChannels, ToKernel } from "../link";
import { address, type Header, type Message, Wire } from "../wire";
import { answerControl, type ControlAnswer } from "./control";
import { Gatherer } from "./gatherer";
import { Interrupter } from "./interrupt";
import { NativeOutput } from "./native";
import { closeHard } from "./shutdown";

/** How long a marker in file descriptors 1 and 2 is waited for (a cell may have closed them). */
const MARKER_PATIENCE = 500;

/** How long a first request waits for its client's subscription, in milliseconds. */
const WELCOME_PATIENCE = 100;

async function main(port: MessagePort): Promise<void> {
  const data = workerData as ChannelsData;
  const { connection, flags } = data;
  const wire = new Wire(connection, data.session);
  const say = (message: ToKernel): void => port.postMessage(message);

  const heartbeat = new Reply({ linger: 0 });
  // Without a high-water mark of 0 ZeroMQ throws messages away once 1000 wait, `idle` among them.
  const iopub = new XPublisher({ sendHighWaterMark: 0, linger: 500 });
  const [shell, control, stdin] = [0, 0, 0].map(
    () => new Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 500, handover: true }),
  ) as [Router, Router, Router];
  await Promise.all([
    heartbeat.bind(address(connection, connection.hb_port)),
    iopub.bind(address(connection, connection.iopub_port)),
    shell.bind(address(connection, connection.shell_port)),
    control.bind(address(connection, connection.control_port)),
    stdin.bind(address(connection, connection.stdin_port)),
  ]);

  // Sending: one chain, so that nothing overtakes anything.
  let sent: Promise<unknown> = Promise.resolve();
  const send = (socket: Router | XPublisher, frames: Uint8Array[]): Promise<unknown> => {
    sent = sent.then(() => socket.send(frames)).catch(() => undefined);
    return sent;
  };
  const gatherer = new Gatherer((name, text, parent) =>
    send(iopub, wire.encode([Buffer.from("stream")], "stream", parent, JSON.stringify({ name, text }))),
  );
  const publish = (
    type: string,
    parent: Partial<Header>,
    content: string,
    metadata?: string,
    buffers?: Uint8Array[],
  ) => {
    gatherer.flush();
    return send(iopub, wire.encode([Buffer.from(type)], type, parent, content, metadata, buffers));
  };
  const reply = (socket: Router, to: Uint8Array[], type: string, parent: Partial<Header>, content: string) => {
    gatherer.flush();
    return send(socket, wire.encode(to, type, parent, content));
  };
  const status = (state: string, parent: Partial<Header>) =>
    publish("status", parent, JSON.stringify({ execution_state: state }));

  const interrupter = new Interrupter(flags, say);

  // Requests wait in order; the main thread gets one when it is free.
  const queue: { message: Message; abort: boolean }[] = [];
  let free = false;
  /** Whether the compiler is loaded: until then this thread says itself who the kernel is. */
  let loaded = false;
  /** Whether the first client is heard: its messages must not pass it by. */
  let welcomed = false;
  const serve = (): void => {
    if (!welcomed) return;
    while (!loaded && queue[0]?.message.header.msg_type === "kernel_info_request") introduce(queue.shift()?.message);
    if (!free || queue.length === 0) return;
    if (interrupter.rest !== undefined) {
      void interrupter.rest.then(serve);
      return;
    }
    const next = queue.shift();
    if (next === undefined) return;
    free = false;
    say({ kind: "request", ...next });
  };

  const introduce = (message: Message | undefined): void => {
    if (message === undefined) return;
    status("busy", message.header);
    reply(shell, message.identities, "kernel_info_reply", message.header, JSON.stringify(data.info));
    status("idle", message.header);
  };
  const welcome = (): void => {
    if (welcomed) return;
    welcomed = true;
    status("starting", {});
    serve();
  };

  const native = new NativeOutput((name, text, parent) => gatherer.add(name, text, parent));

  // The main thread's words are obeyed in order; a barrier makes the later ones wait.
  const words: ToChannels[] = [];
  let barred = false;
  const obey = (): void => {
    for (let word = barred ? undefined : words.shift(); word !== undefined; word = barred ? undefined : words.shift()) {
      switch (word.kind) {
        case "publish":
          publish(word.type, word.parent, word.content, word.metadata, word.buffers);
          break;
        case "stream":
          gatherer.add(word.name, word.text, word.parent);
          break;
        case "reply":
          reply(shell, word.to, word.type, word.parent, word.content);
          break;
        case "next":
          interrupter.connect();
          native.rest();
          loaded = true;
          free = true;
          serve();
          break;
        case "abort":
          // What has arrived by now, also what ZeroMQ has but this thread has not read yet. The reply comes after: what a
          // client sends when it has read that is not given up.
          barred = true;
          setImmediate(() => {
            for (const item of queue) if (item.message.header.msg_type === "execute_request") item.abort = true;
            barred = false;
            obey();
          });
          break;
        case "owner":
          native.own(word.parent, word.to, word.silent);
          break;
        case "barrier":
          barred = true;
          native.whenMarked(word.marker, MARKER_PATIENCE, () => {
            barred = false;
            obey();
          });
          break;
        case "input":
          reply(stdin, word.to, "input_request", word.parent, word.content);
          break;
        case "farewell":
          if (word.code !== undefined) native.exiting(word.code);
          // ZeroMQ's own thread needs a moment to hand everything to the network.
          gatherer.flush();
          void sent.then(() => setTimeout(() => interrupter.wake(1), 50));
          break;
        case "shutdown":
          void answerShutdown(word.message, word.restart);
          break;
      }
    }
  };
  port.on("message", (more: ToChannels[]) => {
    words.push(...more);
    obey();
  });

  const answerShutdown = async (message: Message, restart: boolean, socket: Router = shell): Promise<void> => {
    native.ending();
    reply(socket, message.identities, "shutdown_reply", message.header, JSON.stringify({ status: "ok", restart }));
    await publish("shutdown_reply", message.header, JSON.stringify({ status: "ok", restart }));
    await status("idle", message.header);
    for (const each of [shell, control, stdin, iopub]) each.close();
    // ZeroMQ's own thread needs a moment to hand the reply to the network.
    setTimeout(closeHard, 50);
  };

  native.onInterrupt = () => void interrupter.interrupt();

  const listen = async (socket: Router, onMessage: (message: Message) => void | Promise<void>): Promise<void> => {
    for await (const frames of socket) {
      const message = wire.decode(frames);
      if (message === undefined)
        process.stderr.write("cellwise kernel: a message with a wrong signature was dropped\n");
      else await onMessage(message);
    }
  };

  void (async () => {
    for await (const frames of heartbeat) await heartbeat.send(frames);
  })();
  void (async () => {
    // A subscription (first byte 1) is welcomed: from here on the client misses nothing.
    for await (const [subscription] of iopub) {
      if (subscription?.[0] !== 1) continue;
      const topic = Buffer.from(subscription.subarray(1)).toString("utf8");
      publish("iopub_welcome", {}, JSON.stringify({ subscription: topic }));
      welcome();
    }
  })();
  // Each on its own: an interrupt that takes its time must not keep a shutdown waiting.
  const onControl = async (message: Message): Promise<void> => {
    status("busy", message.header);
    const answer = (type: string, content: ControlAnswer): void => {
      reply(control, message.identities, type, message.header, JSON.stringify({ status: "ok", ...content }));
    };
    if (message.header.msg_type === "shutdown_request") {
      await answerShutdown(message, message.content.restart === true, control);
      return;
    }
    await answerControl(message, { info: data.info, interrupter }, answer);
    status("idle", message.header);
  };
  void listen(control, (message) => void onControl(message));
  void listen(stdin, (message) => {
    if (message.header.msg_type !== "input_reply") return;
    data.answers.postMessage(String(message.content.value ?? ""));
    interrupter.wake(1);
  });
  void listen(shell, (message) => {
    queue.push({ message, abort: false });
    // A client that does not listen to what is published is served too, a moment later.
    if (!welcomed) setTimeout(welcome, WELCOME_PATIENCE);
    serve();
  });
}

if (parentPort !== null) void main(parentPort);
