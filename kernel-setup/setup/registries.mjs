// Asks both package registries for something small, before the large downloads: without a network, set-up ends here.
import { join } from "node:path";
import { CommandFailed, run } from "./command.mjs";
import { cacheFolder, temporaryFolder } from "./own-folders.mjs";
import { npmCommand, root, venvPython } from "./places.mjs";
import { Problem } from "./problem.mjs";
import { pipEnvironment } from "./python-environment.mjs";

/**
 * @param {import("./steps.mjs").Step[]} downloads the steps that need the registries
 * @returns {import("./steps.mjs").Step}
 */
export function registries(downloads) {
  let reached = false;
  return {
    name: "Reaching the package registries",
    megabytes: 1,
    isDone: () => reached || downloads.every((step) => step.isDone()),
    async run() {
      const [npm, first] = npmCommand();
      const npmAsks = [
        ...first,
        "view",
        "node-api-headers",
        "version",
        "--fetch-retries=0",
        "--cache",
        join(cacheFolder(), "npm"),
      ];
      await reach("npm", () => run(npm, npmAsks, { log: "npm", name: "npm", cwd: root }));
      const folder = temporaryFolder("registry");
      const pipAsks = ["-m", "pip", "download", "--no-deps", "--retries", "1", "--dest", folder, "six==1.17.0"];
      await reach("pip", () => run(venvPython, pipAsks, { log: "python", name: "pip", env: pipEnvironment }));
      reached = true;
    },
  };
}

/** @param {string} client @param {() => Promise<string>} attempt */
async function reach(client, attempt) {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Problem(
      `No network? ${client} could not reach its package registry. Set-up needs it once (about 660 MB); afterwards the ` +
        `course works offline. Check the connection, and ${client}'s proxy and registry settings, then run this again.\n${error.message}`,
    );
  }
}
