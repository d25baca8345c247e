// Runs the examples of `examples.json` in the working folder, one after another, and writes what was wrong into `results.json`.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";

const require = createRequire(import.meta.url);
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

const results = [];
for (const { name, code } of JSON.parse(readFileSync("examples.json", "utf8"))) {
  const faults = [];
  const stated = (value, text) => {
    const decimals = decimalsOf(text);
    const [given, expected] = [rounded(value, decimals), rounded(new Function(`return (${text})`)(), decimals)];
    if (!isDeepStrictEqual(given, expected)) faults.push(`${JSON.stringify(given)} where it states ${text}`);
  };
  try {
    await new AsyncFunction("require", "exports", "stated", code)(require, {}, stated);
  } catch (error) {
    faults.push(String(error));
  }
  results.push({ name, faults });
}
writeFileSync("results.json", JSON.stringify(results));

/** How many decimals a result is stated with; a whole number is meant exactly, but for how float32 rounds. */
function decimalsOf(text) {
  const found = [...text.replace(/"[^"]*"/g, "").matchAll(/\.(\d+)/g)].map(([, digits]) => digits.length);
  return found.length === 0 ? 6 : Math.max(...found);
}

function rounded(value, decimals) {
  if (typeof value === "number") return Number(value.toFixed(decimals)) + 0;
  return Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value, (one) => rounded(one, decimals)) : value;
}
