// What the launcher says in a crashed kernel's place: the cell that ran gets an error that tells what happened.
export interface Crash {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last that the kernel wrote to standard error. */
  errors: string;
}

export async function explainCrash(_connectionFile: string, _running: string, _crash: Crash): Promise<void> {}
