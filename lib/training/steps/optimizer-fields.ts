// A custom optimizer may count or decay something in a field of its own. A recording would repeat the first step's value.

import type { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";

// Counted by tfjs at each step, in any engine.
const KNOWN = "iterations_";

/**
 * Runs a step that is being recorded.
 *
 * @throws UncompilableError when a number, flag or text in the optimizer's fields is another one afterwards; it is set back
 */
export function refuseChangingFields<Result>(optimizer: tf.Optimizer, run: () => Result): Result {
  const fields = optimizer as unknown as Record<string, unknown>;
  const before = plainFields(fields);
  const result = run();
  const after = plainFields(fields);
  const name = [...new Set([...before.keys(), ...after.keys()])].find((one) => before.get(one) !== after.get(one));
  if (name === undefined) return result;
  for (const one of after.keys()) if (!before.has(one)) delete fields[one];
  Object.assign(fields, Object.fromEntries(before));
  const change = `from ${String(before.get(name))} to ${String(after.get(name))}`;
  throw new UncompilableError(`changes its field "${name}" within a step, ${change}`, optimizer.constructor.name);
}

function plainFields(fields: Record<string, unknown>): Map<string, unknown> {
  const plain = (value: unknown): boolean => ["number", "boolean", "string"].includes(typeof value);
  return new Map(Object.entries(fields).filter(([name, value]) => name !== KNOWN && plain(value)));
}
