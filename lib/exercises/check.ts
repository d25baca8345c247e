// The check of an exercise: runs the learner's code on a few cases and answers in words. It never fails itself: whatever the
// code does (throws, gives nothing, gives NaN, gives another shape) is an answer, and answers are spoken to.
import { checkArguments, FLAG, FUNCTION, fields, kind, list, optional, STRING, settings } from "../arguments";
import { colour as paletteColour, TEXT } from "../colours";
import { messageOf } from "../error-message";
import { display, escapeHtml, type MimeBundle } from "../notebook";
import { tf } from "../tfjs/tf";
import { type Answer, answerText } from "./answer";
import { compareAnswers, type Finding, type Status } from "./compare";
import { keepPassed } from "./passed";

/** An answer of those who have missed one thing. */
export interface Slip {
  /** What their code gives. */
  readonly answer: Answer;
  /** What to tell them: `"the biases are missing"`. */
  readonly because: string;
}

/** One case that the learner's code is tried on. */
export interface ExerciseCase {
  /** What is given, in words: `"d = 2, m = 16"`. */
  readonly given: string;
  /** Runs the learner's code. */
  readonly got: () => unknown;
  /** What it should give. */
  readonly expected: Answer;
  /** Answers of those who have missed one thing, and what to tell them. */
  readonly slips?: readonly Slip[];
}

/** What {@link check} can be asked for. */
export interface CheckOptions {
  /** How far numbers may be off, as a share of the largest right one. Default 0.001. */
  tolerance?: number;
  /** What to say to whoever got it right: what it is good for, or where it goes from here. Default: nothing. */
  right?: string;
  /** Whether the answer to what is not right names the right one too. Default false, so that there is something left to find. */
  reveal?: boolean;
}

/** The MIME type under which a check also says its verdict to programs. */
const VERDICT = "application/vnd.cellwise.verdict+json";

const LOOKS: Record<Status, { colour: string; mark: string; heading: string }> = {
  right: { colour: paletteColour(2), mark: "✓", heading: "Right." },
  nearly: { colour: paletteColour(4), mark: "≈", heading: "Nearly." },
  "not yet": { colour: TEXT, mark: "…", heading: "Not yet." },
};

/**
 * Tries the learner's code on a few cases and says under the cell: right, if all of them are; nearly, if some are or one is
 * close, and what is off; or not yet. What is off is said in words (too large, the sign, a shape, where to look first), without
 * the right answer. What is right in a notebook of the course is kept for {@link progress}.
 *
 * @param exercise its name, such as `"Exercise A"`.
 * @param cases tried in order. Tensors that the code makes are disposed.
 *
 * @example
 * ```ts
 * const square = (x: number): number => x * x // the learner's
 * await check("Exercise A", [{ given: "x = 3", got: () => square(3), expected: 9 }])
 * ```
 */
export async function check(
  exercise: string,
  cases: readonly ExerciseCase[],
  options: CheckOptions = {},
): Promise<void> {
  checkArguments(
    "check",
    { exercise, cases, options },
    {
      exercise: STRING,
      cases: list(
        "cases",
        fields({ given: STRING, got: FUNCTION, slips: optional(list("slips", fields({ because: STRING }))) }),
      ),
      options: settings({
        tolerance: kind("a finite number of at least 0", (value) => Number.isFinite(value) && (value as number) >= 0),
        right: STRING,
        reveal: FLAG,
      }),
    },
  );
  const { tolerance = 1e-3, right = "", reveal = false } = options;
  const findings: Finding[] = [];
  for (const one of cases) findings.push(await runCase(one, tolerance));
  const good = findings.filter(({ status }) => status === "right").length;
  const status: Status =
    good === cases.length && cases.length > 0
      ? "right"
      : good > 0 || findings.some((finding) => finding.status === "nearly")
        ? "nearly"
        : "not yet";
  const first = findings.findIndex((finding) => finding.status !== "right");
  const some = good > 0 ? `${good} of ${cases.length} cases are right. ` : "";
  const words =
    status === "right" ? `${right} ${keep(exercise)}`.trim() : some + wordsFor(cases[first], findings[first], reveal);
  display(bundleOf(exercise, status, words));
}

/** Keeps that it was passed; says why where that cannot be, as a check does not fail. */
function keep(exercise: string): string {
  try {
    keepPassed(exercise);
    return "";
  } catch (error) {
    return `(It is not kept that this was passed. ${messageOf(error)})`;
  }
}

function wordsFor(one: ExerciseCase | undefined, finding: Finding | undefined, reveal: boolean): string {
  if (!one || !finding) return "There is no case to try it on.";
  return `For ${one.given}, ${finding.words}${reveal ? `; it should give ${answerText(one.expected)}` : ""}.`;
}

async function runCase({ got, expected, slips = [] }: ExerciseCase, tolerance: number): Promise<Finding> {
  tf.engine().startScope();
  try {
    const answer = await got();
    for (const slip of slips)
      if (compareAnswers(answer, slip.answer, tolerance).status === "right")
        return { status: "nearly", words: slip.because };
    return compareAnswers(answer, expected, tolerance);
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { status: "not yet", words: `the code stops with "${text}"` };
  } finally {
    tf.engine().endScope();
  }
}

function bundleOf(exercise: string, status: Status, words: string): MimeBundle {
  const { colour, mark, heading } = LOOKS[status];
  return {
    [VERDICT]: { exercise, status, words },
    "text/html":
      `<div style="border-left: 4px solid ${colour}; padding: 4px 12px">` +
      `<strong>${mark} ${escapeHtml(exercise)}: ${heading}</strong> ${escapeHtml(words)}</div>`,
    "text/plain": `${mark} ${exercise}: ${heading} ${words}`.trimEnd(),
  };
}
