// Python's pickles, read and not run. A pickle is a list of instructions to a small machine, which may call any function of
// Python; here a call is only written down. Those of the instructions are known that protocol 2 uses for plain data.

/** A function or class that a pickle names. */
export class Named {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}
}

/** A call that a pickle asks for, and what is to be put into its result. */
export class Called {
  readonly items = new Map<unknown, unknown>();
  constructor(
    readonly callee: unknown,
    readonly parameters: unknown,
  ) {}
}

/** Something that is kept outside of the pickle. */
export class Outside {
  constructor(readonly id: unknown) {}
}

const MARK = Symbol("mark");

/** Reads one pickle after another out of some bytes. */
export class PickleReader {
  readonly #bytes: Buffer;
  #position = 0;
  #stack: unknown[] = [];
  #memo = new Map<number, unknown>();

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the next pickle, or what follows the last, begins. */
  get position(): number {
    return this.#position;
  }

  /** @throws RangeError for an instruction that is not known, or bytes that end too early. */
  next(): unknown {
    this.#stack = [];
    this.#memo = new Map();
    for (;;) {
      const code = this.#number(1);
      if (code === STOP) return this.#stack.pop();
      const run = INSTRUCTIONS.get(code);
      if (!run)
        throw new RangeError(
          `its byte ${this.#position - 1} is 0x${code.toString(16)}, no instruction of a pickle of plain data`,
        );
      run(this);
    }
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    return this.#stack.pop();
  }

  /** What lies above the last mark, which goes too. */
  aboveMark(): unknown[] {
    const above = this.#stack.splice(this.#stack.lastIndexOf(MARK));
    return above.slice(1);
  }

  remember(size: 1 | 4): void {
    this.#memo.set(this.#number(size), this.#stack.at(-1));
  }

  recall(size: 1 | 4): void {
    this.push(this.#memo.get(this.#number(size)));
  }

  skip(size: number): void {
    this.#take(size);
  }

  /** A number of so many bytes, the lowest first. */
  unsigned(size: 1 | 2 | 4): void {
    this.push(this.#number(size));
  }

  signed(): void {
    this.push(this.#number(4) | 0);
  }

  long(): void {
    const bytes = this.#take(this.#number(1));
    this.push(BigInt.asIntN(8 * bytes.length, BigInt(`0x0${Buffer.from(bytes).reverse().toString("hex")}`)));
  }

  text(): void {
    this.push(this.#take(this.#number(4)).toString("utf8"));
  }

  line(): string {
    const end = this.#bytes.indexOf("\n", this.#position);
    const text = this.#take(end - this.#position).toString("utf8");
    this.#position++;
    return text;
  }

  /** Puts pairs into the dictionary, or into the result of the call, on top of the stack. */
  put(pairs: readonly unknown[]): void {
    const top = this.#stack.at(-1);
    const items = top instanceof Called ? top.items : top;
    if (!(items instanceof Map)) throw new RangeError("it puts pairs into what is no dictionary");
    for (let i = 0; i < pairs.length; i += 2) items.set(pairs[i], pairs[i + 1]);
  }

  append(values: readonly unknown[]): void {
    const top = this.#stack.at(-1);
    if (!Array.isArray(top)) throw new RangeError("it adds to what is no list");
    top.push(...values);
  }

  #number(size: 1 | 2 | 4): number {
    return this.#take(size).readUIntLE(0, size);
  }

  #take(size: number): Buffer {
    const end = this.#position + size;
    if (size < 0 || end > this.#bytes.length)
      throw new RangeError(`it ends within a pickle, at byte ${this.#bytes.length}`);
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }
}

const code = (letter: string): number => letter.charCodeAt(0);
const STOP = code(".");

const INSTRUCTIONS = new Map<number, (pickle: PickleReader) => void>([
  [0x80, (pickle) => pickle.skip(1)], // the protocol
  [code("N"), (pickle) => pickle.push(null)],
  [0x88, (pickle) => pickle.push(true)],
  [0x89, (pickle) => pickle.push(false)],
  [code("K"), (pickle) => pickle.unsigned(1)],
  [code("M"), (pickle) => pickle.unsigned(2)],
  [code("J"), (pickle) => pickle.signed()],
  [0x8a, (pickle) => pickle.long()],
  [code("X"), (pickle) => pickle.text()],
  [code("("), (pickle) => pickle.push(MARK)],
  [code(")"), (pickle) => pickle.push([])],
  [code("]"), (pickle) => pickle.push([])],
  [code("}"), (pickle) => pickle.push(new Map())],
  [code("t"), (pickle) => pickle.push(pickle.aboveMark())],
  [0x85, (pickle) => pickle.push([pickle.pop()])],
  [0x86, (pickle) => pickle.push([pickle.pop(), pickle.pop()].reverse())],
  [0x87, (pickle) => pickle.push([pickle.pop(), pickle.pop(), pickle.pop()].reverse())],
  [code("e"), (pickle) => pickle.append(pickle.aboveMark())],
  [code("s"), (pickle) => pickle.put([pickle.pop(), pickle.pop()].reverse())],
  [code("u"), (pickle) => pickle.put(pickle.aboveMark())],
  [code("q"), (pickle) => pickle.remember(1)],
  [code("r"), (pickle) => pickle.remember(4)],
  [code("h"), (pickle) => pickle.recall(1)],
  [code("j"), (pickle) => pickle.recall(4)],
  [code("c"), (pickle) => pickle.push(new Named(pickle.line(), pickle.line()))],
  [code("R"), (pickle) => calls(pickle)],
  [code("Q"), (pickle) => pickle.push(new Outside(pickle.pop()))],
  [code("b"), (pickle) => void pickle.pop()], // the state of an object, which nobody asks for here
]);

function calls(pickle: PickleReader): void {
  const parameters = pickle.pop();
  pickle.push(new Called(pickle.pop(), parameters));
}
