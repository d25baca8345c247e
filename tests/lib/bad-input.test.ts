// Every public function is given all that does not fit (bad-input/misfits.ts), in each place of its arguments, and an option that
// it does not have: other types, ranks and sizes, NaN, what was disposed, nothing, far too much. It answers with an error of our own that says what was given
// and what is expected or what to do (bad-input/answers.ts); what it may take instead is listed, with the reason
// (bad-input/taken.ts). No tensor is left, the process lives, and no call takes more than a second of processor time at the speed of
// a reference (bad-input/slowness.ts; exceptions in bad-input/slow.ts), or much memory. The slowest calls: CELLWISE_FUZZ_SLOWEST=1.
import assert from "node:assert/strict";
import * as cellwise from "cellwise";
import fc from "fast-check";
import { faultOf } from "./bad-input/answers";
import { Caller } from "./bad-input/caller";
import { type Case, type Outcome, type Path, UNHEARD_OF } from "./bad-input/cases";
import { ENDLESS, LONG, MISFITS } from "./bad-input/misfits";
import { rows } from "./bad-input/rows";
import { mostSeconds } from "./bad-input/slow";
import { isTaken, neverTaken } from "./bad-input/taken";

/** The order of the calls, in which one may leave something behind for the next. Another one: CELLWISE_FUZZ_SEED. */
const SEED = Number(process.env.CELLWISE_FUZZ_SEED ?? 1);

interface Exception {
  readonly row: RegExp;
  readonly place?: RegExp;
  readonly misfit?: RegExp;
  readonly why: string;
}

/** What is not asked for. */
const NOT_CALLED: readonly Exception[] = [
  {
    row: /^(UncompilableError|StepFailedError)$/,
    why: "the library makes these errors itself; nobody gives them anything",
  },
  {
    row: /^loadSpokenDigits$/,
    place: /^0$|\.train$|\.test$/,
    misfit: /^(undefined|an object)$/,
    why: "hundreds of strings are spoken where it is not told how many: a minute of work, and some seconds the next time",
  },
  {
    ...{ row: /^load/, place: /\./, misfit: /^undefined$/ },
    why: "an option that is undefined is one that is not given: the whole data set is read, as by the tests of the loader",
  },
  {
    ...{ row: /^(picturesIn|transcribe|readWav)$/, place: /^[01]$/, misfit: /^a text$/ },
    why: "a folder or a sound of that name may be there: other functions have been told to write one",
  },
  {
    row: /^(beamSearch|generateText)$/,
    place: /\.length$/,
    misfit: /^100000$/,
    why: "so many tokens may be asked for: each is one pass of the model and a breath, in which the stop button ends it",
  },
];

const excepted = ({ row, path, misfit }: Case): boolean =>
  NOT_CALLED.some(
    (one) => one.row.test(row) && (one.place?.test(path.join(".")) ?? true) && (one.misfit?.test(misfit) ?? true),
  );

/** All misfits in all places, in an order by chance. */
function callsOf(paths: Readonly<Record<string, readonly Path[]>>): Case[] {
  const places = Object.entries(paths).flatMap(([row, all]) => all.map((path) => ({ row, path })));
  const calls = places.flatMap((place) =>
    (place.path.at(-1) === UNHEARD_OF ? ["a text"] : MISFITS).map((misfit) => ({ ...place, misfit })),
  );
  const [order] = fc.sample(fc.shuffledSubarray(calls, { minLength: calls.length }), { seed: SEED, numRuns: 1 });
  return order as Case[];
}

const caller = new Caller();

const TRIALS = 3;

/** How many calls are asked for at a time: a message takes longer than most of them. */
const AT_A_TIME = 500;

/** A call is too slow when it is each time: once in thousands of calls a garbage collection, or other work beside, is in the way. */
async function again(call: Case, first: Outcome): Promise<Outcome> {
  let outcome = first;
  for (let trial = 1; trial < TRIALS && /^took [\d.]+ seconds/.test(outcome.fault ?? ""); trial++)
    outcome = await caller.call(call);
  return outcome;
}

after(() => caller.end());

describe("what does not fit", () => {
  it("has a row for each public function", () => {
    const names = Object.entries(cellwise)
      .filter(([, value]) => typeof value === "function")
      .map(([name]) => name);
    assert.deepEqual(
      names.filter((name) => !(name in rows)),
      [],
      "public, but without a row in bad-input/rows.ts",
    );
    const gone = Object.keys(rows).filter(
      (name) => !names.includes(name.split(/[.,]/)[0] as string) && !name.startsWith("Perceptron"),
    );
    assert.deepEqual(gone, [], "a row for what is not public");
  });

  it("is answered by every public function in words of our own", async function () {
    this.timeout(1_200_000);
    const faults: string[] = [];
    const taken: Case[] = [];
    const times: [seconds: number, call: string][] = [];
    const all = callsOf(await caller.paths());
    const calls = all.filter((call) => !excepted(call));
    const firsts: Outcome[] = [];
    for (let start = 0; start < calls.length; start += AT_A_TIME)
      firsts.push(...(await caller.callAll(calls.slice(start, start + AT_A_TIME))));
    for (const [number, call] of calls.entries()) {
      const outcome = await again(call, firsts[number] as Outcome);
      times.push([outcome.seconds ?? 0, `${call.row}, argument ${call.path.join(".")}, given ${call.misfit}`]);
      const silent = outcome.taken && !isTaken(call) ? "was taken without a word" : undefined;
      if (outcome.taken) taken.push(call);
      const fault = outcome.fault ?? silent;
      if (fault !== undefined)
        faults.push(`${call.row}, argument ${call.path.join(".")}, given ${call.misfit}: ${fault}`);
    }
    if (process.env.CELLWISE_FUZZ_SLOWEST)
      for (const [seconds, call] of times.sort(([a], [b]) => b - a).slice(0, 10))
        console.log(`      ${seconds.toFixed(2)} s: ${call}`);
    assert.deepEqual(faults, []);
    assert.deepEqual(neverTaken([...taken, ...all.filter(excepted)]), [], "in bad-input/taken.ts, but refused");
  });
});

describe("the cases of the oracle", () => {
  const ours = (): string => {
    try {
      new cellwise.Random(0.5);
    } catch (error) {
      return (error as Error).stack?.split("\n").slice(1).join("\n") ?? "";
    }
    return "";
  };
  /** As if it came from our own source. */
  const said = (message: string, given: unknown): string | undefined => {
    const error = new RangeError(message);
    error.stack = `RangeError: ${message}\n${ours()}`;
    return faultOf(error, given);
  };

  it("an error that says what was given and what is expected is an answer", () => {
    assert.equal(said("curve: steps is NaN; it is a whole number of at least 2.", Number.NaN), undefined);
    assert.equal(said("batches: batchSize is 1,000,000,000; at most 1,000,000 are taken.", 1e9), undefined);
    assert.equal(said('show: figure is "misfit"; it is a figure.', "misfit"), undefined);
    assert.equal(said("fit: epochs is missing: give a whole number.", undefined), undefined);
  });

  it("one that lacks either is none", () => {
    for (const [message, given] of [
      ["curve: steps is a whole number of at least 2.", Number.NaN],
      ["batchSize is 10; it is a whole number of at least 32.", 1],
      ["It is 1.5 and must be whole.", 5],
      ["verbose is what it is; it is true or false.", true],
      ["The list of 3 must be longer.", []],
    ] as const)
      assert.match(said(message, given) ?? "", /does not say what was given/, message);
    assert.match(said("steps: NaN!", Number.NaN) ?? "", /does not say what is expected/);
  });

  it("words of the JavaScript engine's or tfjs's are none, wherever they were thrown, nor is an abort", () => {
    const thrown = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (error) {
        return error;
      }
    };
    const raw = thrown(() => (undefined as unknown as { shape: number }).shape);
    assert.match(faultOf(raw, undefined) ?? "", /not our own error/);
    assert.match(said(String((raw as Error).message), undefined) ?? "", /in words of others/);
    const ofTfjs = thrown(() => cellwise.tf.matMul([[1, 2]] as never, [[1, 2]] as never));
    assert.match(faultOf(ofTfjs, [[1, 2]]) ?? "", /not our own error/);
    assert.match(
      said("Argument 'x' passed to 'sum' must be numeric tensor, but got string tensor", "a") ?? "",
      /others/,
    );
    assert.match(faultOf(new DOMException("It was aborted.", "AbortError"), 5) ?? "", /broken off/);
    assert.match(faultOf("text", 5) ?? "", /is no error/);
  });

  it("a call that computes without an end is ended, and is a fault; the next one is answered", async () => {
    const { fault } = await caller.call({ row: "lossOverPlane", path: [0], misfit: ENDLESS });
    assert.match(fault ?? "", /seconds of processor time/);
    const next = await caller.call({ row: "curve", path: [1, "steps"], misfit: "NaN" });
    assert.match(next.said ?? "", /steps is NaN.*number/);
  });

  it("a call that takes more than a second is a fault, however slow the machine is; one that may take it is none", async () => {
    const long: Case = { row: "lossOverPlane", path: [0], misfit: LONG };
    assert.match((await again(long, await caller.call(long))).fault ?? "", /^took [1-6]\.\d seconds of processor time/);
    assert.equal(mostSeconds(long), 1);
    assert.equal(mostSeconds({ row: "loadMail", path: [0], misfit: "an object" }), 3);
    assert.equal(mostSeconds({ row: "buildCnn", path: [0, "inputShape", 0], misfit: "100000" }), 3);
    assert.equal(mostSeconds({ row: "buildCnn", path: [0, "inputShape", 0], misfit: "1e9" }), 1);
  });

  it("what is taken without a word is known to be", async () => {
    const name: Case = { row: "nextTokenWindows", path: [1, "name"], misfit: "a text" };
    assert.ok((await caller.call(name)).taken);
    assert.ok(isTaken(name));
    assert.ok(!isTaken({ row: "nextTokenWindows", path: [1, "length"], misfit: "a text" }));
  });
});
