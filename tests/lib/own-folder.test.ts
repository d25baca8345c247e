// What `saveSavedModel` may write and replace. It is tried in a folder full of a learner's files, all of which must be there,
// unchanged, after every refusal.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { saveSavedModel, tf } from "cellwise";
import { writeOwnFolder } from "cellwise/dist/own-folder";

const MARK = "written-by-cellwise.txt";
const WRITTEN = ["saved_model.pb", MARK];

/** Every path below a folder with what is there. Links are not followed. */
function contents(folder: string, found: Record<string, string> = {}): Record<string, string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const kind = lstatSync(path);
    if (kind.isSymbolicLink()) found[path] = `-> ${readlinkSync(path)}`;
    else found[path] = kind.isDirectory() ? "folder" : readFileSync(path, "base64");
    if (kind.isDirectory()) contents(path, found);
  }
  return found;
}

describe("the folder of a SavedModel", () => {
  const before = { folder: process.cwd(), home: process.env.HOME };
  let model: tf.LayersModel;
  let place: string;
  let notebooks: string;

  beforeEach(() => {
    model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    place = realpathSync(mkdtempSync(join(tmpdir(), "cellwise-own-")));
    notebooks = join(place, "home", "my notebooks é");
    mkdirSync(notebooks, { recursive: true });
    writeFileSync(join(notebooks, "a.ipynb"), "all that I have learnt");
    for (const name of ["data", "data/images", "empty"]) mkdirSync(join(notebooks, name));
    writeFileSync(join(notebooks, "data", "images", "1.png"), "an image");
    process.chdir(notebooks);
    process.env.HOME = join(place, "home");
  });
  afterEach(() => {
    process.chdir(before.folder);
    process.env.HOME = before.home;
    rmSync(place, { recursive: true });
    model.dispose();
  });

  const save = (folder: unknown): void => saveSavedModel(model, folder as string);
  const refuses = (folder: unknown, words: RegExp): void => {
    const then = contents(place);
    const tensors = tf.memory().numTensors;
    assert.throws(() => save(folder), words);
    assert.deepEqual(contents(place), then);
    assert.equal(tf.memory().numTensors, tensors);
  };

  for (const [name, given, words] of [
    ["an empty path", "", /The folder is "".* Give the path of a folder for a SavedModel/],
    ["a path of spaces", "  ", /The folder is " {2}"/],
    ["undefined", undefined, /folder is undefined/],
    ["null", null, /folder is null/],
    ["a number", 7, /folder is 7/],
    ["an object", {}, /folder is an object/],
    ["a URL", "file://./model", /is a URL/],
    ["a path with a character of code 0", "a\0b", /character of code 0/],
    [
      "a home as a shell writes it",
      "~",
      /begins with ~, which only a shell takes for a home.*Write the home itself.*"\.\/~"/,
    ],
    ["a folder in it", "~/models/digits", /begins with ~/],
    ["somebody else's home", "~ada/models", /begins with ~/],
    ["a path as on Windows", "C:\\models", /is written as on Windows.*Write it with \//],
    ["a path with backslashes", "models\\digits", /is written as on Windows/],
    ["a disk of Windows", "d:/models", /is written as on Windows/],
    [
      "too long a name",
      "a".repeat(300),
      /A SavedModel could not be written to .*… \(\d+ letters\): .*longer than.*Give a sh/,
    ],
    ["too long a path", "a/".repeat(3000), /could not be written to .*longer than the file system takes/],
    ["too long a name below a new folder", join("new", "ü".repeat(200)), /longer than the file system takes/],
    ["the working folder", ".", /is the working folder, or holds it/],
    ["the working folder by another way", "data/..", /is the working folder, or holds it/],
    ["the folder above it", "..", /is the working folder, or holds it/],
    ["the root", "/", /is the working folder, or holds it/],
    ["a folder with files", "data", /data holds images, which was not written by Cellwise/],
    ["a file", "a.ipynb", /a\.ipynb is a file; a SavedModel is a folder/],
    ["a path below a file", "a.ipynb/model", /lies below .*a\.ipynb, which is a file/],
  ] as const)
    it(`is not ${name}`, () => refuses(given, words));

  it("is no home and nothing above one, also when it is empty", () => {
    process.env.HOME = join(notebooks, "empty");
    refuses("empty", /is a home folder/);
    mkdirSync(join(notebooks, "empty", "deeper"));
    process.env.HOME = join(notebooks, "empty", "deeper");
    refuses("empty", /is a home folder, or holds one/);
  });

  it("is no symbolic link, wherever it leads, and not the working folder by another name", () => {
    mkdirSync(join(notebooks, "earlier"));
    for (const to of ["data", "empty", "nowhere", "..", place]) {
      symlinkSync(to, join(notebooks, "link"));
      refuses("link", /link is a symbolic link/);
      unlinkSync(join(notebooks, "link"));
    }
    symlinkSync(join(place, "home"), join(place, "house"));
    refuses(join(place, "house", "my notebooks é"), /is the working folder/);
    refuses(join(place, "house"), /symbolic link/);
  });

  it("is no place where something is mounted", function () {
    const mount = (...words: string[]): boolean => spawnSync("mount", words).status === 0;
    const mounts: [what: string, mounted: boolean][] = [["--bind of a folder", mount("--bind", "data", "empty")]];
    if (!mounts[0]?.[1]) {
      console.log("      skipped: only root may mount, and not in every container");
      this.skip();
    }
    try {
      refuses("empty", /is where another disk or folder is mounted/);
      spawnSync("umount", ["empty"]);
      assert.ok(mount("-t", "tmpfs", "none", "empty"));
      refuses("empty", /is where another disk or folder is mounted/);
    } finally {
      spawnSync("umount", ["empty"]);
    }
  });

  it("has the system's reason in words of ours where nothing can be written", function () {
    // What lies in /proc is the kernel's: nobody makes a folder there, root neither.
    if (process.platform !== "linux") this.skip();
    assert.throws(
      () => save("/proc/model"),
      (error: Error) => {
        assert.match(error.message, /^A SavedModel could not be written to \/proc\/model: .*Give /);
        assert.equal((error.cause as NodeJS.ErrnoException).syscall, "mkdir");
        return true;
      },
    );
  });

  it("may be a folder of the name ~, where that is meant", () => {
    save("./~x");
    assert.deepEqual(readdirSync("~x").sort(), WRITTEN);
  });

  it("may be new or empty, deep, and of any letters; there it is written again, and nothing else is touched", () => {
    const then = contents(place);
    const folders = ["empty", "new", "deeper/model", "with spaces/é ü 模型 🙂", join(place, "absolute")];
    for (const folder of folders) {
      tf.tidy(() => model.setWeights([tf.zeros([2, 1]), tf.zeros([1])]));
      save(folder);
      const first = readFileSync(join(folder, "saved_model.pb"));
      tf.tidy(() => model.setWeights([tf.ones([2, 1]), tf.ones([1])]));
      save(folder);
      assert.ok(!first.equals(readFileSync(join(folder, "saved_model.pb"))));
      assert.deepEqual(readdirSync(folder).sort(), WRITTEN);
    }
    const now = contents(place);
    for (const [path, content] of Object.entries(then)) assert.equal(now[path], content, path);
  });

  it("is left as it is when somebody has put something into it, or it is not ours", () => {
    save("model");
    writeFileSync(join("model", "notes.txt"), "mine");
    refuses("model", /holds notes\.txt, which was not written by Cellwise/);
    unlinkSync(join("model", "notes.txt"));
    unlinkSync(join("model", MARK));
    refuses("model", /holds saved_model\.pb, which was not written by Cellwise/);
    writeFileSync(join("model", MARK), "a file of somebody else");
    refuses("model", new RegExp(`holds ${MARK}, which was not`));
    // What Python's TensorFlow writes beside it.
    save("served");
    mkdirSync(join("served", "variables"));
    refuses("served", /holds variables/);
    // A link in place of the file.
    save("linked");
    unlinkSync(join("linked", "saved_model.pb"));
    symlinkSync(join(notebooks, "a.ipynb"), join("linked", "saved_model.pb"));
    refuses("linked", /holds saved_model\.pb/);
  });

  it("goes on after a writing that was killed, and is as before after one that failed", () => {
    save("model");
    writeFileSync(join("model", "saved_model.pb.half"), "half");
    save("model");
    assert.deepEqual(readdirSync("model").sort(), WRITTEN);
    const written = contents("model");
    const kind = { what: "a SavedModel", file: "saved_model.pb" };
    const unwritable = null as unknown as Uint8Array;
    assert.throws(() => writeOwnFolder("model", kind, unwritable), TypeError);
    assert.deepEqual(contents("model"), written);
    for (const folder of ["empty", "new/deeper"]) {
      const then = contents(place);
      assert.throws(() => writeOwnFolder(folder, kind, unwritable), TypeError);
      assert.deepEqual(contents(place), then);
    }
  });
});
