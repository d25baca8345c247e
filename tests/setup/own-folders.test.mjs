// What set-up, the notebooks' runner and the kernel may remove and replace. Tried in a checkout of its own, with a person's files
// wherever a slip could lead; after every refusal all of them are there.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
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
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, setupFolder, venvPython } from "../../kernel-setup/setup/places.mjs";

/** @typedef {typeof import("../../kernel-setup/setup/own-folders.mjs")} OwnFolders */

/** @param {string} folder @param {Record<string, string>} [found] @returns {Record<string, string>} */
function contents(folder, found = {}) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const kind = lstatSync(path);
    if (kind.isSymbolicLink()) found[path] = `-> ${readlinkSync(path)}`;
    else found[path] = kind.isDirectory() ? "folder" : readFileSync(path, "base64");
    if (kind.isDirectory()) contents(path, found);
  }
  return found;
}

describe("what set-up removes and replaces", () => {
  /** @type {string} */
  let place;
  /** @type {string} */
  let checkout;
  /** @type {OwnFolders} */
  let own;
  const home = process.env.HOME;

  beforeEach(async () => {
    place = realpathSync(mkdtempSync(join(tmpdir(), "cellwise own é-")));
    checkout = join(place, "my checkout");
    cpSync(setupFolder, join(checkout, "kernel-setup", "setup"), { recursive: true });
    mkdirSync(join(place, "of a person", "photos"), { recursive: true });
    writeFileSync(join(place, "of a person", "photos", "1.jpg"), "a photo");
    writeFileSync(join(checkout, "my.ipynb"), "work");
    own = await import(pathToFileURL(join(checkout, "kernel-setup", "setup", "own-folders.mjs")).href);
  });
  afterEach(() => {
    process.env.HOME = home;
    rmSync(place, { recursive: true });
  });

  const inside = (/** @type {string[]} */ ...names) => join(checkout, ...names);

  /** What is none of the files that these tests have made. @param {string} folder */
  const foreign = (folder) =>
    readdirSync(folder).find((name) => !["half", "stamp", "content", "index.html"].includes(name));

  /** Every way of removing refuses the folder, and nothing changes. @param {string} folder @param {RegExp} words */
  const refused = async (folder, words) => {
    const then = contents(place);
    const never = async () => assert.fail("nothing is made");
    assert.throws(() => own.removeFolder(folder, ["stamp"]), words);
    assert.throws(() => own.replaceFolder(inside("fresh"), folder, ["stamp"]), words);
    await assert.rejects(() => own.remake([folder], ["stamp"], foreign, never), words);
    assert.deepEqual(contents(place), then);
  };

  it("is nothing outside the checkout, whatever the slip, and not the checkout", async () => {
    for (const slip of ["", undefined]) await refused(/** @type {string} */ (slip), /^Error: the folder is/);
    for (const folder of [
      ".",
      "..",
      "/",
      place,
      join(place, "of a person"),
      `${checkout}/..`,
      checkout,
      `${checkout} 2`,
    ])
      await refused(folder, /does not lie inside the checkout/);
  });

  it("is nothing of a person's in the checkout: a folder without the mark, a file, a home", async () => {
    mkdirSync(inside("dist"));
    writeFileSync(inside("dist", "thesis.txt"), "years");
    await refused(inside("dist"), /dist was not made by set-up.*Nothing in it was touched: move it away or remove it/);
    await refused(inside("my.ipynb"), /my\.ipynb is a file/);
    mkdirSync(inside("dist", "me"));
    writeFileSync(inside("dist", "stamp"), "");
    process.env.HOME = inside("dist", "me");
    await refused(inside("dist"), /holds .*me, where you are at home/);
    await refused(inside("dist", "me"), /holds .*me, where you are at home/);
  });

  it("is nothing behind a link, at the end or on the way", async () => {
    const photos = join(place, "of a person", "photos");
    writeFileSync(join(photos, "stamp"), "");
    for (const [to, folder] of [
      [photos, inside("link")],
      [join(place, "of a person"), inside("link", "photos")],
      ["nowhere", inside("link")],
    ]) {
      symlinkSync(/** @type {string} */ (to), inside("link"));
      await refused(/** @type {string} */ (folder), /link is a symbolic link/);
      unlinkSync(inside("link"));
    }
    symlinkSync(join(place, "of a person"), inside(".cache"));
    const then = contents(place);
    assert.throws(() => own.temporaryFolder("x"), /\.cache is a symbolic link/);
    assert.deepEqual(contents(place), then);
  });

  it("is nothing that is mounted, there or below", async function () {
    mkdirSync(inside("dist", "deep"), { recursive: true });
    writeFileSync(inside("dist", "stamp"), "");
    if (spawnSync("mount", ["--bind", join(place, "of a person"), inside("dist", "deep")]).status !== 0) {
      console.log("      skipped: only root may mount, and not in every container");
      this.skip();
    }
    try {
      await refused(inside("dist", "deep"), /is a mounted disk/);
      await refused(inside("dist"), /deep is a mounted disk/);
    } finally {
      spawnSync("umount", [inside("dist", "deep")]);
    }
  });

  it("is what it made itself, whole or begun, and what is empty", async () => {
    const then = contents(place);
    const folder = inside("a b", "é 模型");
    const make = async () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "half"), "");
      return "made";
    };
    await assert.rejects(
      own.remake([folder], ["stamp"], foreign, async () => {
        await make();
        throw new Error("broken off");
      }),
      /broken off/,
    );
    writeFileSync(join(folder, "thesis.txt"), "years");
    const half = contents(place);
    await assert.rejects(own.remake([folder], ["stamp"], foreign, make), /thesis\.txt was not put there by set-up/);
    assert.deepEqual(contents(place), half);
    unlinkSync(join(folder, "thesis.txt"));
    assert.equal(await own.remake([folder], ["stamp"], foreign, make), "made");
    await refused(folder, /was not made by set-up/); // whole, but without its mark
    writeFileSync(join(folder, "stamp"), "");
    const fresh = own.temporaryFolder("new");
    writeFileSync(join(fresh, "content"), "new");
    own.replaceFolder(fresh, folder, ["content"].concat("stamp"));
    assert.deepEqual(readdirSync(folder), ["content"]);
    own.removeFolder(folder, ["content"]);
    mkdirSync(folder);
    own.removeFolder(folder, ["content"]);
    own.removeCache();
    const now = contents(place);
    for (const [path, content] of Object.entries(then)) assert.equal(now[path], content, path);
    assert.deepEqual(
      Object.keys(now).filter((path) => !(path in then) && path.includes("begun")),
      [],
    );
    assert.equal(existsSync(inside(".cache", "setup")), false);
  });

  it("is not what a person has put beside it: set-up knows what it put in place itself", async () => {
    const folder = inside("output", "docs");
    const put = () => {
      const fresh = own.temporaryFolder("docs");
      for (const name of ["index.html", "stamp"]) writeFileSync(join(fresh, name), "");
      own.replaceFolder(fresh, folder, ["stamp"]);
    };
    put();
    writeFileSync(join(folder, "notes.txt"), "of a person");
    await refused(
      folder,
      /docs\/notes\.txt was not put there by set-up, and set-up would have to replace .*docs\. Nothing/,
    );
    unlinkSync(join(folder, "notes.txt"));
    put();
    own.removeFolder(folder, ["stamp"]);
    assert.equal(existsSync(folder), false);
  });

  it("leaves a folder among the downloads that is somebody else's", () => {
    mkdirSync(inside(".cache", "setup"), { recursive: true });
    writeFileSync(inside(".cache", "setup", "mine"), "");
    own.temporaryFolder("x");
    own.removeCache();
    assert.ok(existsSync(inside(".cache", "setup", "mine")));
  });

  it("is no environment, no packages and no add-on of somebody's: set-up's own steps say so", async () => {
    writeFileSync(
      inside("package-lock.json"),
      JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } }),
    );
    mkdirSync(inside(".venv"));
    writeFileSync(inside(".venv", "pyvenv.cfg"), "of a person");
    symlinkSync(join(place, "of a person"), inside("node_modules"));
    mkdirSync(inside("lib"));
    symlinkSync(join(place, "of a person"), inside("lib", "node_modules"));
    const then = contents(place);
    const step = async (/** @type {string} */ file, /** @type {string} */ name) =>
      (await import(pathToFileURL(inside("kernel-setup", "setup", file)).href))[name].run(() => {});
    await assert.rejects(step("python-environment.mjs", "createEnvironment"), /\.venv was not made by set-up/);
    await assert.rejects(step("npm-packages.mjs", "npmPackages"), /lib\/node_modules is a symbolic link/);
    unlinkSync(inside("lib", "node_modules"));
    await assert.rejects(step("npm-packages.mjs", "npmPackages"), /my checkout\/node_modules is a symbolic link/);
    const now = contents(place);
    for (const [path, content] of Object.entries(then))
      if (path !== inside("lib", "node_modules")) assert.equal(now[path], content, path);
  });

  it("is nothing of a person's beside what Python, npm and tsc have made, whole or broken off: the steps know which that is", async () => {
    const locked = { "node_modules/@a/b": { version: "1.0.0" }, "node_modules/cellwise": { link: true } };
    writeFileSync(inside("package-lock.json"), JSON.stringify({ packages: locked }));
    const before = { "node_modules/old/node_modules/older": { version: "1.0.0" } };
    /** @type {Record<string, string[]>} */
    const made = {
      ".venv": [
        "cellwise-created",
        "cellwise-packages",
        "pyvenv.cfg",
        "bin/python",
        "lib/a.py",
        "share/b",
        ".DS_Store",
      ],
      node_modules: ["@a/b/package.json", "cellwise/index.js", "old/package.json", ".bin/a", ".b-Xy1/c"],
      "lib/dist": [
        "tsconfig.tsbuildinfo",
        "stamp",
        "a.js.map",
        "a.js",
        "a.d.ts",
        "deep/b.js.map",
        "deep/b.js",
        "c.js.map",
      ],
      "kernel-setup/dist": ["tsconfig.tsbuildinfo", "kernel/main.js.map", "kernel/main.js"],
    };
    for (const [folder, names] of Object.entries(made))
      for (const name of names) {
        mkdirSync(dirname(inside(folder, name)), { recursive: true });
        writeFileSync(inside(folder, name), "");
      }
    writeFileSync(inside("node_modules", ".package-lock.json"), JSON.stringify({ packages: before }));
    const step = async (/** @type {string} */ file, /** @type {string} */ name) =>
      (await import(pathToFileURL(inside("kernel-setup", "setup", file)).href))[name].run(() => {});
    const environment = () => step("python-environment.mjs", "createEnvironment");
    const packages = () => step("npm-packages.mjs", "npmPackages");
    const compiled = () => step("build.mjs", "libraryAndKernel");
    mkdirSync(inside(".setup"));
    for (const begun of [false, true]) {
      for (const [folder, file, run] of /** @type {[string, string, () => Promise<void>][]} */ ([
        [".venv", "thesis.txt", environment],
        ["node_modules", "thesis", packages],
        ["node_modules", "thesis.txt", packages],
        ["lib/dist", "thesis.txt", compiled],
        ["lib/dist", "deep/thesis.txt", compiled],
        ["lib/dist", "of a person.js", compiled],
        ["lib/dist", "types.d.ts", compiled],
        ["kernel-setup/dist", "kernel/notes.ipynb", compiled],
      ])) {
        if (begun) writeFileSync(inside(".setup", `begun-${encodeURIComponent(folder)}`), "");
        writeFileSync(inside(folder, file), "years");
        const then = contents(place);
        const name = join(folder, file).replaceAll(".", "\\.");
        await assert.rejects(run(), new RegExp(`${name} was not put there by set-up.*replace .*${folder}\\. Nothing`));
        const now = contents(place);
        for (const [path, content] of Object.entries(then)) assert.equal(now[path], content, path);
        unlinkSync(inside(folder, file));
      }
    }
    // With nothing of a person's, it is theirs to make anew.
    await assert.rejects(compiled(), /tsc|Cannot find module|typescript/);
    assert.deepEqual([existsSync(inside("lib", "dist")), existsSync(inside("kernel-setup", "dist"))], [false, false]);
  });

  it("is a file only whole", () => {
    const file = inside("my.ipynb");
    symlinkSync(file, inside("link"));
    own.writeWhole(inside("link"), "clean");
    assert.equal(readFileSync(file, "utf8"), "clean");
    assert.ok(lstatSync(inside("link")).isSymbolicLink());
    assert.throws(() => own.writeWhole(file, /** @type {string} */ (/** @type {unknown} */ (null))), TypeError);
    assert.equal(readFileSync(file, "utf8"), "clean");
    own.removeFile(inside("kernel-setup"));
    own.removeFile(inside("link"));
    assert.ok(existsSync(inside("kernel-setup")) && existsSync(inside("link")));
    assert.deepEqual(readdirSync(checkout).sort(), ["kernel-setup", "link", "my.ipynb"]);
  });
});

describe("what a run of notebooks writes", () => {
  /** @type {string} */
  let place;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "cellwise written-"));
  });
  afterEach(() => rmSync(place, { recursive: true }));

  const NOTEBOOK = JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 });

  it("never replaces a notebook, a link or another file", () => {
    for (const folder of ["a", "a/x", "b"]) mkdirSync(join(place, folder));
    for (const file of ["a/1.ipynb", "a/x/1.ipynb", "b/1.ipynb"]) writeFileSync(join(place, file), NOTEBOOK);
    writeFileSync(join(place, "mine.json"), '{"of": "a person"}');
    symlinkSync(join(place, "mine.json"), join(place, "link.json"));
    const then = contents(place);
    const script = join(setupFolder, "notebooks", "run.py");
    const run = (/** @type {string[]} */ ...args) => {
      const result = spawnSync(venvPython, ["-B", script, "--root", join(place, "a"), ...args], {
        cwd: place,
        encoding: "utf8",
      });
      assert.equal(result.status, 1, result.stdout);
      assert.deepEqual(contents(place), then);
      return result.stderr;
    };
    assert.match(run("--output", "a", "a/1.ipynb", "a/x/1.ipynb"), /a\/1\.ipynb is there.*\n.*a\/x\/1\.ipynb is there/);
    assert.match(run("--output", ".", "b/1.ipynb", "--json", "mine.json"), /^mine\.json is there/);
    assert.match(
      run("--output", "new", "b/1.ipynb", "--json", "link.json"),
      /^link\.json is there.*\nNothing was exec/,
    );
    assert.match(run("--output", "b", "b/1.ipynb"), /b\/1\.ipynb is there and was not written by an earlier run/);
  });

  it("has a place of its own for each", () => {
    const module = JSON.stringify(join(setupFolder, "notebooks"));
    const script = `import sys; sys.path.insert(0, ${module})
from pathlib import Path
from run import named
print([str(name) for name in named([Path(path) for path in sys.argv[2:]], Path(sys.argv[1])).values()])`;
    const names = (/** @type {string[]} */ ...paths) =>
      spawnSync(venvPython, ["-B", "-c", script, ...paths], { encoding: "utf8" }).stdout.trim();
    assert.equal(names("/course", "/course/en/1.ipynb", "/mine/1.ipynb"), "['en/1.ipynb', '1.ipynb']");
    assert.equal(names("/course", "/mine/a/1.ipynb", "/mine/b/1.ipynb"), "['a/1.ipynb', 'b/1.ipynb']");
  });
});

describe("the project's code", () => {
  // Everything else asks these: a removal elsewhere would know nothing of what must not be touched.
  const ALLOWED = [
    "lib/own-folder.ts",
    "kernel-setup/setup/own-folders.mjs",
    "kernel-setup/setup/notebooks/own_files.py",
    "kernel-setup/setup/lock.mjs", // renames its own lock
    "kernel-setup/kernel/requests/history.ts", // renames its own file
  ];
  const REMOVES =
    /\b(rm|rmdir|unlink|rename|truncate|cp|copyFile)Sync\(|import \{[^}]*\b(rm|rename|unlink|cp|rmdir)\b[^}]*\} from "node:fs|\bshutil\.(rmtree|move|copytree|copy)\b|\bos\.(remove|unlink|rename|replace|rmdir)\b|\.(unlink|rmdir)\(|\brm -|--clear\b/;

  it("removes and replaces in one place a language", () => {
    const found = [];
    for (const folder of ["lib", "kernel-setup"])
      for (const path of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
        if (!/\.(ts|mjs|py)$/.test(path) || /(^|\/)(dist|node_modules)\//.test(path)) continue;
        const text = readFileSync(join(root, folder, path), "utf8").replace(/^\s*(\/\/|\*|#|\/\*).*$/gm, "");
        const match = REMOVES.exec(text);
        if (match && !ALLOWED.includes(`${folder}/${path}`)) found.push(`${folder}/${path}: ${match[0]}`);
      }
    assert.deepEqual(found, ["kernel-setup/setup/kernelspec.mjs: copyFileSync("]);
  });
});
