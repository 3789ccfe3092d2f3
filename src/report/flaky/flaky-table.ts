/** The targets of a flakiness campaign as a table: the command, whatever failed, and the rest in brief. */
import type { FlakyResult, FlakyTarget, FlakyVerdict } from "../../results/flaky-result.ts";
import { formatCount, formatMs, formatPercent } from "../format-number.ts";
import { printable } from "../printable.ts";
import type { ReportRow, ReportTable } from "../report-table.ts";

/** Rows for targets that failed; the JSON has all of them. */
const MOST_FAILING = 40;

/** So many targets without a failure are listed one by one; of more, a row tells how many. */
const MOST_QUIET = 8;

const SEVERITY: readonly FlakyVerdict[] = ["broken", "flaky", "suspect", "inconclusive", "stable"];

/** Names longer than `nameChars` lose their beginning: the end tells tests of one file apart. */
export function flakyTable(result: FlakyResult, nameChars: number): ReportTable {
  const [command, ...others] = result.targets.filter(({ runs }) => runs > 0);
  const failing = others
    .filter((target) => eventsOf(target) > 0)
    .sort(
      (a, b) =>
        SEVERITY.indexOf(a.verdict) - SEVERITY.indexOf(b.verdict) || eventsOf(b) - eventsOf(a),
    );
  const quiet = others.filter((target) => target.kind === "test" && eventsOf(target) === 0);
  const columns = columnsOf(result, nameChars);
  const rowOf = (target: FlakyTarget): ReportRow => row(columns.map(({ text }) => text(target)));
  const groups = [
    command === undefined ? [] : [rowOf(command)],
    failing.slice(0, MOST_FAILING).map(rowOf),
    quiet.length <= MOST_QUIET ? quiet.map(rowOf) : quietRows(quiet, columns),
  ];
  return {
    scenario: "flaky",
    caption: result.command.map(printable).join(" "),
    columns: columns.map(({ heading, align }) => ({ heading, align, mayGo: false })),
    messageAt: columns.length,
    groups: groups.filter((group) => group.length > 0),
    notes: notesOf(result, failing.length),
  };
}

interface Column {
  readonly heading: string;
  readonly align: "left" | "right";
  readonly text: (target: FlakyTarget) => string;
}

function columnsOf(result: FlakyResult, nameChars: number): readonly Column[] {
  const retries = result.targets.some(({ retried }) => retried > 0);
  const times = result.targets.some(({ medianMs }) => medianMs !== null);
  const right = "right" as const;
  const ms = (value: number | null): string => (value === null ? "" : formatMs(value));
  return [
    { heading: "verdict", align: "left", text: ({ verdict }) => verdict },
    { heading: "target", align: "left", text: ({ name }) => ending(printable(name), nameChars) },
    { heading: "runs", align: right, text: ({ runs }) => formatCount(runs) },
    { heading: "failed", align: right, text: ({ failures }) => formatCount(failures) },
    ...(retries
      ? [{ heading: "retried", align: right, text: (t: FlakyTarget) => formatCount(t.retried) }]
      : []),
    result.rule.kind === "fixed"
      ? { heading: "failure rate (95 %)", align: "left", text: rateText }
      : { heading: "answer", align: "left", text: answerText },
    ...(times
      ? [
          { heading: "median", align: right, text: (t: FlakyTarget) => ms(t.medianMs) },
          { heading: "longest", align: right, text: (t: FlakyTarget) => ms(t.longestMs) },
        ]
      : []),
  ];
}

/** `24 % (14 % to 37 %)`, or `below 5.9 %` where nothing failed. */
function rateText(target: FlakyTarget): string {
  const { interval, bounds, runs } = target;
  if (interval === null || bounds === null) return "";
  const events = eventsOf(target);
  if (events === 0) return `below ${percentAtMost(bounds.high)}`;
  return `${formatPercent(events / runs)} (${formatPercent(interval.low)} to ${formatPercent(interval.high)})`;
}

function answerText({ decidedAtRun }: FlakyTarget): string {
  return decidedAtRun === null ? "none yet" : `at run ${formatCount(decidedAtRun)}`;
}

function quietRows(
  quiet: readonly FlakyTarget[],
  columns: readonly Column[],
): readonly ReportRow[] {
  return SEVERITY.flatMap((verdict) => {
    const alike = quiet.filter((target) => target.verdict === verdict);
    // Of those that did not fail, the one with the fewest runs is the least sure.
    const least = alike.toSorted((a, b) => a.runs - b.runs)[0];
    if (least === undefined) return [];
    const longestMs = Math.max(...alike.map((target) => target.longestMs ?? 0));
    const name = alike.length === 1 ? least.name : `${formatCount(alike.length)} tests, each`;
    return [row(columns.map(({ text }) => text({ ...least, name, medianMs: null, longestMs })))];
  });
}

function row(texts: readonly string[]): ReportRow {
  return { status: "ok", winner: false, texts, message: undefined };
}

function notesOf(result: FlakyResult, failing: number): readonly string[] {
  const skipped = result.targets.filter(({ runs }) => runs === 0).length;
  return [
    failing > MOST_FAILING ? `${failing - MOST_FAILING} more that failed are in the JSON` : "",
    skipped > 0 ? `${formatCount(skipped)} skipped in every run, and not judged` : "",
  ].filter((note) => note !== "");
}

/** Failures and retries that turned green. */
export function eventsOf({ failures, retried }: FlakyTarget): number {
  return failures + retried;
}

/** An upper bound as a share, rounded up to two digits, so that it stays one: `0.00997` → `1 %`. */
export function percentAtMost(share: number): string {
  const step = 10 ** (Math.floor(Math.log10(share)) - 1);
  // The division leaves dust behind that would push an exact value up by a step.
  return formatPercent(Math.ceil(share / step - 1e-9) * step);
}

function ending(text: string, mostChars: number): string {
  const letters = [...text];
  return letters.length <= mostChars ? text : `…${letters.slice(1 - mostChars).join("")}`;
}
