/** The verdict of a comparison with its reasons, from what was measured and how the measuring ended. */
import type { ComparisonCell, ComparisonVerdict, MetricComparison } from "../results/comparison.ts";
import type { Pair, Side } from "../results/pair.ts";
import { count, slowdownIntervalText, slowdownText } from "../results/phrases.ts";
import { type JudgedCell, type PairsJudgement, textOf } from "./judge-pairs.ts";

/** How the measuring ended. */
export interface Ending {
  /** `saved`: nothing was measured for it, or no longer in pairs. */
  readonly end: "decided" | "budget" | "interrupted" | "failed" | "saved";
  /** The side that gave no figure, if one did. */
  readonly failure: {
    readonly cell: number;
    readonly side: Side;
    readonly reason: string;
    readonly wrong: boolean;
  } | null;
  readonly pairs: readonly Pair[];
  /** Promises that the head's medians do not keep, in words. */
  readonly missed: readonly string[];
}

/** A verdict; `reasons` are the grounds for it, `notes` what else the reader should know. */
export interface Conclusion {
  readonly verdict: ComparisonVerdict;
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
}

/** See the file's head. */
export function conclude(
  cells: readonly JudgedCell[],
  judgement: PairsJudgement,
  ending: Ending,
): Conclusion {
  const notes = notesOf(judgement, ending);
  if (ending.failure !== null) return { ...afterFailure(cells, ending.failure), notes };
  if (judgement.verdict === "nothing-comparable") {
    const reasons = judgement.problems;
    const none = "nothing was measured that could be compared";
    return { verdict: "nothing-comparable", reasons: reasons.length > 0 ? reasons : [none], notes };
  }
  if (judgement.verdict === "regression") {
    return { verdict: "regression", reasons: metricReasons(judgement.cells, "regression"), notes };
  }
  if (ending.missed.length > 0) {
    return { verdict: "threshold-missed", reasons: ending.missed, notes };
  }
  if (ending.end === "interrupted") {
    return { verdict: "interrupted", reasons: ["the comparison was interrupted"], notes };
  }
  if (judgement.verdict === "pass") {
    return { verdict: "pass", reasons: [passReason(judgement.cells)], notes };
  }
  return { verdict: "inconclusive", reasons: openReasons(judgement, ending), notes };
}

function afterFailure(
  cells: readonly JudgedCell[],
  { cell: index, side, reason, wrong }: NonNullable<Ending["failure"]>,
): Pick<Conclusion, "verdict" | "reasons"> {
  const cell = cells[index];
  const name = cell === undefined ? "a cell" : textOf(cell);
  if (side === "base") {
    return {
      verdict: "nothing-comparable",
      reasons: [
        `the base cannot run ${name}: ${reason}. Its engine does not fit this harness, or is broken; compare with another base`,
      ],
    };
  }
  return wrong
    ? { verdict: "invariant-violated", reasons: [`the head is wrong in ${name}: ${reason}`] }
    : {
        verdict: "regression",
        reasons: [`the head fails where the base works, ${name}: ${reason}`],
      };
}

function metricReasons(
  cells: readonly ComparisonCell[],
  verdict: MetricComparison["verdict"],
): readonly string[] {
  return cells.flatMap((cell) =>
    cell.metrics
      .filter((metric) => metric.verdict === verdict)
      .map((metric) => `${textOf(cell)}: ${metricText(metric)}`),
  );
}

/** `submitMs 12 % worse (8.1 % worse to 15 % worse, 16 pairs)`, `submitStatements 6 instead of 3`. */
function metricText({
  metric,
  role,
  base,
  head,
  ratio,
  interval,
  pairs,
}: MetricComparison): string {
  if (role === "counter") return `${metric} ${head} instead of ${base}`;
  const change = ratio === null ? "" : ` ${slowdownText(ratio)}`;
  const range = interval === null ? "" : `${slowdownIntervalText(interval)}, `;
  return `${metric}${change} (${range}${count(pairs, "pair")})`;
}

function passReason(cells: readonly ComparisonCell[]): string {
  const judged = cells.flatMap(({ metrics }) => metrics.filter(({ role }) => role === "gated"));
  const counters = cells.flatMap(({ metrics }) => metrics.filter(({ role }) => role === "counter"));
  const parts = [
    judged.length === 0 ? "" : count(judged.length, "metric"),
    counters.length === 0 ? "" : count(counters.length, "counter"),
  ].filter((part) => part !== "");
  return `${parts.join(" and ")} without a regression`;
}

function openReasons({ cells }: PairsJudgement, { end }: Ending): readonly string[] {
  const why =
    end === "saved"
      ? "the trials do not tell"
      : end === "budget"
        ? "the budget ended before the pairs could tell"
        : "the most pairs were measured and do not tell";
  const open = metricReasons(cells, "undecided");
  return open.length === 0 ? [why] : open.map((reason) => `${reason}: ${why}`);
}

function notesOf({ problems, verdict }: PairsJudgement, { pairs }: Ending): readonly string[] {
  const spoiled = pairs.filter((pair) => pair.spoiled !== undefined).length;
  const again = `${count(spoiled, "pair")} of ${pairs.length} measured again, because others used the machine meanwhile`;
  return [...(spoiled > 0 ? [again] : []), ...(verdict === "nothing-comparable" ? [] : problems)];
}
