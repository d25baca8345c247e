// One kernel for all files of tests that ask nothing of its beginning or its end, and to which names of other cells are nothing:
// each start takes more than a second of work.
import { KernelClient } from "./client";

let kernel: Promise<KernelClient> | undefined;

export function sharedKernel(): Promise<KernelClient> {
  kernel ??= KernelClient.start();
  return kernel;
}

// Outside of any `describe`: at the end of all files.
after(async () => (await kernel)?.close());
