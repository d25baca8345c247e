// The one entry of every npm script: `node kernel-setup/setup/main.mjs <command> [arguments]`.
//
// It runs on a fresh machine, before anything is installed, and on a Node that may be too old for the rest. So it keeps to
// what every Node with modules understands, and loads the command itself only after the version was looked at.

const OLDEST_NODE = [20, 19];
const COMMANDS = ["start", "test", "notebooks", "bench", "doctor", "setup", "models", "docs"];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
const tooOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
const command = process.argv[2] || "";

if (tooOld) {
  console.error(
    `Node ${process.versions.node} is too old: Cellwise needs ${OLDEST_NODE.join(".")} or newer.
Install a current one: from your system's packages, with "nvm install 24", or from nodejs.org. Then run this again.`,
  );
  process.exit(1);
} else if (COMMANDS.indexOf(command) < 0) {
  console.error(`Unknown command ${command}: expected one of ${COMMANDS.join(", ")}.`);
  process.exit(2);
} else {
  import(`./${command}.mjs`)
    .then((module) => module.main(process.argv.slice(3)))
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error) => {
        // What a person can mend carries its whole message; anything else is a fault of ours and shows where.
        console.error(error.forPeople ? `\n${error.message}` : error);
        process.exitCode = error.exitCode || 1;
      },
    );
}
