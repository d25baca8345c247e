// A sound in a notebook: a player for it, below what is drawn of it. It is HTML, an `<audio>` with the bytes: JupyterLab plays that,
// also where it does not trust the notebook, and shows nothing of an output of the type `audio/wav`.
import { escapeHtml } from "../../notebook";
import type { Figure } from "./figure";

/** A sound to be heard, as {@link audio} returns it. */
export interface AudioPlayer {
  /** What is drawn above the player. Change it as you like. */
  readonly figure: Figure;
  /** What sounds. */
  readonly title: string;
  /** How long it is. */
  readonly seconds: number;
  /** The WAV file that is played, as a data URI. */
  readonly source: string;
}

/** The player as an HTML element, as wide as the figure above it. */
export function playerHtml({ figure, title, source }: AudioPlayer): string {
  const style = `width: ${Number(figure.layout.width ?? 400)}px; max-width: 100%`;
  return (
    `<audio controls preload="auto" aria-label="${escapeHtml(title)}" src="${escapeHtml(source)}" style="${style}">` +
    "Sounds cannot be played here.</audio>"
  );
}

/** One line for where nothing can be played. */
export function playerText({ title, seconds }: AudioPlayer): string {
  return `[Sound: ${title} (${secondsText(seconds)})]`;
}

/** `1.50 s`; of less than a tenth of a second as many digits as say something. */
export function secondsText(seconds: number): string {
  return `${seconds < 0.1 ? Number(seconds.toPrecision(2)) : seconds.toFixed(2)} s`;
}
