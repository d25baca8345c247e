// How a builder's options come together: its defaults, over them a preset, over that what was asked for.
import { checkChoice } from "../layers/checks";
import { given } from "../layers/starts";

/**
 * @param owner the builder, for messages.
 * @throws RangeError for a preset that the builder does not have.
 */
export function settled<Defaults extends object, Options extends { preset?: string }>(
  owner: string,
  defaults: Defaults,
  presets: Readonly<Record<string, Partial<Defaults>>>,
  options: Options,
): Defaults & Options {
  const { preset } = options;
  if (preset !== undefined) checkChoice(owner, "preset", preset, Object.keys(presets));
  return { ...defaults, ...(preset !== undefined && presets[preset]), ...given(options) };
}
