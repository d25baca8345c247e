// How a builder's options come together: its defaults, over them a preset, over that what was asked for.
import { checkArguments, FLAG, fields, type Kind, list, NUMERIC, optional, STRING } from "../arguments";
import { checkChoice, checkLearningRate } from "../layers/checks";
import { given } from "../layers/starts";

/**
 * @param owner the builder, for messages.
 * @throws RangeError for a preset that the builder does not have, or a step size that is none.
 */
export function settled<Defaults extends { learningRate: number }, Options extends { preset?: string }>(
  owner: string,
  defaults: Defaults,
  presets: Readonly<Record<string, Partial<Defaults>>>,
  options: Options,
): Defaults & Options {
  const kinds = Object.entries({ ...defaults, seed: 1 }).map(([name, value]) => [name, optional(kindLike(value))]);
  checkArguments(owner, { options }, { options: fields(Object.fromEntries(kinds)) });
  const { preset } = options;
  if (preset !== undefined) checkChoice(owner, "preset", preset, Object.keys(presets));
  const config = { ...defaults, ...(preset !== undefined && presets[preset]), ...given(options) };
  checkLearningRate(owner, config.learningRate);
  return config;
}

/** What an option is, by its default. */
function kindLike(value: unknown): Kind {
  if (Array.isArray(value)) return list("numbers", NUMERIC);
  if (typeof value === "boolean") return FLAG;
  return typeof value === "string" ? STRING : NUMERIC;
}
