// A graph while it is being recorded: nodes with unique names, each constant held once, and in the end only the nodes that
// some result needs.
import type { Attributes, NodeDef } from "./node-def";
import type { Bytes } from "./wire";

/** The name of a node's output: `MatMul_3:0`. */
export type Output = string;

/** Where a control input points: the node must have run, its value is not used. */
export const after = (output: Output): string => `^${nodeOf(output)}`;

/** The node that an output belongs to. */
export const nodeOf = (output: Output): string => output.replace(/^\^/, "").replace(/:\d+$/, "");

// Constants this small are looked for among those there; looking at large ones would cost more than it saves.
const SHARED_CONSTANT_BYTES = 256;

export class Graph {
  readonly #nodes = new Map<string, NodeDef>();
  readonly #constants = new Map<string, Output>();
  readonly #fixed = new Set<string>();

  constructor(readonly shareConstants = true) {}

  /** Adds a node and returns its name. */
  add(op: string, inputs: readonly string[], attributes: Attributes, name = `${op}_${this.#nodes.size}`): string {
    this.#nodes.set(name, { name, op, inputs, attributes });
    return name;
  }

  /** Adds a constant, or finds the same one again. */
  constant(dtype: number, shape: readonly number[], content: Bytes): Output {
    const small = this.shareConstants && content.length <= SHARED_CONSTANT_BYTES;
    const key = small ? `${dtype}[${shape}]${Buffer.from(content).toString("latin1")}` : "";
    const known = this.#constants.get(key);
    if (small && known !== undefined) return known;
    const name = this.add("Const", [], {
      dtype: { kind: "type", value: dtype },
      value: { kind: "tensor", dtype, shape, content: Uint8Array.from(content) },
    });
    this.#fixed.add(name);
    if (small) this.#constants.set(key, `${name}:0`);
    return `${name}:0`;
  }

  /** Remembers that a node yields the same in every run, because it depends on constants alone. */
  markFixed(node: string): void {
    this.#fixed.add(node);
  }

  /** Whether an output is the same in every run. */
  isFixed(output: Output): boolean {
    return this.#fixed.has(nodeOf(output));
  }

  node(name: string): NodeDef | undefined {
    return this.#nodes.get(name);
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** The nodes that the named ones need, in the order in which they were added. */
  reachable(results: readonly string[]): NodeDef[] {
    const needed = new Set<string>();
    const open = results.map(nodeOf);
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (needed.has(name)) continue;
      needed.add(name);
      const node = this.#nodes.get(name);
      if (node === undefined) throw new Error(`The graph has no node "${name}".`);
      open.push(...node.inputs.map(nodeOf));
    }
    return [...this.#nodes.values()].filter((node) => needed.has(node.name));
  }
}
