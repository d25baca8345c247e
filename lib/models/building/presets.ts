// How a builder's options come together: its defaults, over them a preset, over that what was asked for.

import type { Kind } from "../../arguments";
import { checkArguments, choice, FLAG, list, NUMERIC, optional, optionsOf, STRING, WHOLE } from "../../arguments";
import { withoutUndefined } from "../../layers/initializers";
import { checkLearningRate } from "../../option-checks";

/**
 * @param owner the builder, for messages.
 * @param others the names of options without a default, numbers all of them.
 * @throws RangeError for a preset that the builder does not have, or a step size that is none.
 */
export function resolveOptions<Defaults extends { learningRate: number }, Options extends { preset?: string }>(
  owner: string,
  defaults: Defaults,
  presets: Readonly<Record<string, Partial<Defaults>>>,
  options: Options,
  others: readonly (keyof Options & string)[] = [],
): Defaults & Options {
  const kinds = [
    ...Object.entries(defaults).map(([name, value]) => [name, optional(kindLike(value))]),
    ...others.map((name) => [name, optional(NUMERIC)]),
  ];
  checkArguments(
    owner,
    { options },
    {
      options: optionsOf({
        ...Object.fromEntries(kinds),
        seed: optional(WHOLE),
        preset: optional(choice(...Object.keys(presets))),
      }),
    },
  );
  const { preset } = options;
  const config = { ...defaults, ...(preset !== undefined && presets[preset]), ...withoutUndefined(options) };
  checkLearningRate(`${owner}: learningRate`, config.learningRate);
  return config;
}

/** What an option is, by its default. */
function kindLike(value: unknown): Kind {
  if (Array.isArray(value)) return list("numbers", NUMERIC);
  if (typeof value === "boolean") return FLAG;
  return typeof value === "string" ? STRING : NUMERIC;
}
