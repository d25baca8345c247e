// What every cell finds without an import.

interface DisplayOptions {
  /** A display with an id can be shown again: the second time replaces the first. */
  id?: string;
  metadata?: Record<string, unknown>;
}

/**
 * Shows a value below the cell.
 *
 * @param value anything: an object from media types to data (`{ "text/html": "<b>hi</b>" }`) is shown as the richest of
 * them, an object with a method `Symbol.for("Jupyter.display")` as what that returns, everything else as text.
 */
declare function display(value: unknown, options?: DisplayOptions): void | Promise<void>;

/**
 * Removes what the cell has shown so far.
 *
 * @param options `wait` keeps it until something new is shown.
 */
declare function clearOutput(options?: { wait?: boolean }): void;

/** Shows text beside the notebook, in the front end's pager where it has one. */
declare function page(text: string): void;

/**
 * Asks the person at the notebook.
 *
 * @returns what was typed.
 * @throws when the front end cannot ask (an automatic run).
 */
declare function prompt(message?: string, options?: { password?: boolean }): string;
