// How a builder's options come together: its defaults, over them a preset, over that what was asked for.
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
  const { preset } = options;
  if (preset !== undefined) checkChoice(owner, "preset", preset, Object.keys(presets));
  const config = { ...defaults, ...(preset !== undefined && presets[preset]), ...given(options) };
  checkLearningRate(owner, config.learningRate);
  return config;
}
