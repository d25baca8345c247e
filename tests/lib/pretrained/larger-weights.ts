// Tests that need larger weights, which are downloaded only when asked for (`npm run models`): where they are not there, these
// tests are left out, and say so.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A suite that runs where the weights are there. */
export function describeWithWeights(name: string, title: string, body: () => void): void {
  if (existsSync(join(__dirname, "../../../../.data", name))) describe(title, body);
  else describe.skip(`${title}: left out; run \`npm run models -- ${name}\` first`, body);
}
