// What counts as an answer to what does not fit: an error that is made in our own source, in words that say what was given and
// what is expected or what to do, and not in those of the JavaScript engine or of tfjs.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tf } from "cellwise";

const library = dirname(require.resolve("cellwise/package.json"));

/** What others say, by which a message of theirs is known that was only passed on. */
const WORDS_OF_OTHERS =
  /Cannot (read|set|convert|destructure|mix|create)|is not (a function|iterable|defined|a constructor)|Invalid (array|typed array|string) length|Maximum call stack|Reduce of empty array|Argument '|in call to '|Error in \w+:|Tensor is disposed|The shape of dict|Node:? |\{\{/;

/** What a value has to be, or what is to be done. */
const EXPECTED =
  /\b(it is|is an?|are|expects?|expected|takes?|must|may|have to|has to|needs?|at least|at most|one of|only|from|between|none of|Give|Make|Build|Take|Use|Compile|Dispose|Load|Train|Check|Reshape|Remove|Choose|Name|Write|Set|Begin|returns?|draws?|Ask)\b/i;

/** What is wrong with an error as an answer to a misfit; nothing if all is well. */
export function faultOf(error: unknown, bad: unknown): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error)}, which is no error`;
  const { name, message } = error;
  if (name === "AbortError") return `was broken off: ${message}`;
  if (!isMadeByUs(error))
    return `not our own error: ${name}: ${message}\n${error.stack?.split("\n").slice(1, 5).join("\n")}`;
  if (WORDS_OF_OTHERS.test(message)) return `in words of others: ${message}`;
  if (!saysWhatWasGiven(message, bad)) return `does not say what was given: ${message}`;
  if (!EXPECTED.test(message)) return `does not say what is expected: ${message}`;
  return undefined;
}

/**
 * Made by a `new …Error` in our source. What the JavaScript engine or TensorFlow throws of itself inside our code is made
 * elsewhere or by no `new`.
 */
function isMadeByUs(error: Error): boolean {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const frame = frames.find((line) => !/^\s+at new \w*Error\b/.test(line));
  const [, file = "", line = "", column = ""] = /\(?((?:\/|file:)[^()]*):(\d+):(\d+)\)?$/.exec(frame ?? "") ?? [];
  if (!file.startsWith(join(library, "dist"))) return false;
  const text = readFileSync(file, "utf8").split("\n")[Number(line) - 1] ?? "";
  return /^new [\w.]*Error\b/.test(text.slice(Number(column) - 1));
}

/** Whether a message says what was given: the value itself, its kind, its size or its name, as a word of its own. */
export function saysWhatWasGiven(message: string, bad: unknown): boolean {
  return waysToSay(bad).some((way) => way.test(message));
}

/** As it is written, and not as a part of another number, word or list. */
const word = (text: string): RegExp => new RegExp(`(?<![\\w.])${text.replace(/[^\w\s]/g, "\\$&")}(?![\\w]|[.,]\\d)`);
const NOTHING_IN_IT = [/\bempty\b/, /\bno \w/, /\bnone\b/, /\bmissing\b/, word("0"), /\[\]/];

function waysToSay(bad: unknown): RegExp[] {
  if (bad === undefined) return [word("undefined"), /\bis missing\b/];
  if (bad === true) return [/\btrue\b(?! or false)/]; // "true or false" is what others expect
  if (typeof bad === "number") return [word(String(bad)), word(bad.toLocaleString("en-GB"))];
  if (typeof bad === "string") return bad === "" ? [/""/, /\bempty\b/] : [word(bad)];
  if (typeof bad === "symbol") return [/Symbol\(misfit\)/];
  if (typeof bad === "function") return [/\b(a|the) function\b/i];
  if (bad instanceof tf.Tensor) return waysToSayTensor(bad);
  if (bad instanceof tf.LayersModel) {
    const shapes = [...bad.inputs, ...bad.outputs].map(({ shape }) => word(String(shape.at(-1))));
    return [new RegExp(`disposed model ${bad.name}`), new RegExp(`model ${bad.name}\\b`), ...shapes];
  }
  if (bad instanceof Date) return [/\bDate\b/];
  if (bad instanceof Promise) return [/\bpromise\b/];
  if (ArrayBuffer.isView(bad)) return [word(bad.constructor.name), ...NOTHING_IN_IT];
  if (Array.isArray(bad))
    return [
      new RegExp(`\\blist of ${bad.length}\\b`),
      ...(bad.length === 0 ? NOTHING_IN_IT : Array.from(bad).flatMap((each) => waysToSay(each))),
    ];
  if (Object(bad) !== bad) return [word(String(bad))];
  const { name } = bad as { name?: string };
  if (name !== undefined) return [word(name), /\[2\]/, word("7")];
  return [/\ban object \{\}/, word("undefined"), /\bis missing\b/, ...NOTHING_IN_IT];
}

function waysToSayTensor({ isDisposed, shape, dtype, size }: tf.Tensor): RegExp[] {
  if (isDisposed) return [/\bdisposed\b/];
  return [
    new RegExp(`\\[${shape.join(", ")}\\]`),
    ...(shape.length === 0 ? [/\bscalar\b/] : []),
    ...(size === 0 ? NOTHING_IN_IT : []),
    ...(dtype === "string" || dtype === "bool" ? [word(dtype)] : []),
    ...(dtype === "int32" ? [/Token 9\b/] : [word("NaN")]),
  ];
}
