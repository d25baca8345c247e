// TensorFlow's C library, in .tensorflow: taken from the Python wheel, of which only the libraries and the C headers stay.
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { addOnWorks } from "./add-on.mjs";
import { run } from "./command.mjs";
import { removeFolder, replaceFolder, temporaryFolder } from "./own-folders.mjs";
import { setupFolder, tensorflow, venvPython } from "./places.mjs";
import { Problem } from "./problem.mjs";
import { downloadWheel } from "./python-environment.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";
import { wheelForThisMachine } from "./wheels.mjs";

const stamp = join(tensorflow, "stamp");

/** @type {import("./steps.mjs").Step} */
export const tensorflowLibraries = {
  name: "TensorFlow's libraries (.tensorflow)",
  megabytes: 1100,
  isDone() {
    const wheel = wheelForThisMachine();
    const whole =
      readStamp(stamp) === wheel?.sha256 && wheel?.libraries.every((name) => existsSync(join(tensorflow, "lib", name)));
    return whole || addOnWorks();
  },
  async run(progress) {
    const wheel = wheelForThisMachine();
    if (!wheel) throw new Problem(`There is no TensorFlow for ${process.platform} ${process.arch}.`);
    const file = await downloadWheel(wheel, progress);
    const half = temporaryFolder("tensorflow");
    await run(venvPython, [join(setupFolder, "unpack_wheel.py"), file, half], {
      log: "tensorflow",
      onLine(line) {
        const [done = 0, total = 0] = line.split(" ").map(Number);
        progress(done / 1e6, total / 1e6, "MB unpacked");
      },
    });
    writeStamp(join(half, "stamp"), wheel.sha256);
    replaceFolder(half, tensorflow, ["stamp"]);
    removeFolder(dirname(file), [basename(file)]);
    return `version ${wheel.version}`;
  },
};
