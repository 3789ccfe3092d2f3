/** The self-test of the checks as text: a row for each way to spoil a history, then the valid ones, then the verdict. */
import picocolors from "picocolors";
import type { CheckerSelftestResult } from "../../results/checker-selftest-result.ts";
import { exactUpperBound } from "../../stats/intervals.ts";
import { formatCount, formatPercent } from "../format-number.ts";
import { printable } from "../printable.ts";
import type { RenderOptions } from "../render.ts";
import { renderTable } from "../table.ts";

const WIDTH_CHARS = 140;

type Row = CheckerSelftestResult["anomalies"][number];

/** Renders it as text that ends with a newline. */
export function renderCheckerSelftest(
  result: CheckerSelftestResult,
  options: RenderOptions = {},
): string {
  const colors = picocolors.createColors(options.colored ?? false);
  const left = { align: "left" as const, mayGo: false };
  const right = { align: "right" as const, mayGo: false };
  const table = renderTable(
    {
      scenario: "checks",
      caption: `${result.injections} valid histories per check, one anomaly in each`,
      columns: [
        { heading: "check", ...left },
        { heading: "injected", ...right },
        { heading: "fired", ...right },
        { heading: "first", ...right },
        { heading: "also fired", ...left },
        { heading: "what was done to the history", ...left },
      ],
      messageAt: 6,
      groups: [result.anomalies.map(textRow)],
      notes: [],
    },
    { colors, widthChars: options.widthChars ?? WIDTH_CHARS },
  );
  const lines = [...reasonLines(result), ...silenceLines(result), verdictLine(result)];
  return `${table}\n${lines.join("\n")}\n`;
}

function textRow(row: Row): { status: "ok"; winner: boolean; texts: string[]; message: undefined } {
  const others = row.others.map(
    ({ id, histories, reason }) => `${id} ${histories}${reason === null ? " (wrong)" : ""}`,
  );
  const texts = [
    row.id,
    formatCount(row.injected),
    row.fired === row.injected ? formatCount(row.fired) : `${formatCount(row.fired)} (missed)`,
    formatCount(row.first),
    others.join(", "),
    printable(row.what),
  ];
  return { status: "ok", winner: false, texts, message: undefined };
}

/** Why a second check may speak, once for each pair; and the seeds of what went wrong. */
function reasonLines({ anomalies }: CheckerSelftestResult): string[] {
  const reasons = new Set<string>();
  const faults: string[] = [];
  for (const { id, others, faultySeeds, what } of anomalies) {
    for (const other of others)
      if (other.reason !== null) reasons.add(`  ${other.id} beside ${id}: ${other.reason}`);
    if (faultySeeds.length > 0)
      faults.push(`  ${id} (${printable(what)}): seeds ${faultySeeds.join(", ")}`);
  }
  return [
    ...(reasons.size === 0 ? [] : ["Why others may speak:", ...reasons, ""]),
    ...(faults.length === 0 ? [] : ["Missed, or a false alarm:", ...faults, ""]),
  ];
}

function silenceLines({ silence, doubt }: CheckerSelftestResult): string[] {
  const lines = silence.map(({ what, histories, events, alarms }) => {
    const [first] = alarms;
    const told = first === undefined ? "" : `; seed ${first.seed}: ${first.id} ${first.message}`;
    const bound =
      alarms.length === 0 ? `, below ${formatPercent(exactUpperBound(0, histories))}` : "";
    return `  ${what}: ${alarms.length} false alarms in ${formatCount(histories)} histories of ${formatCount(events)} events${bound}${printable(told)}`;
  });
  return [
    `Histories without a fault (in doubt: ${formatPercent(doubt)} of the answers are info; bounds at 95 % confidence):`,
    ...lines,
    "",
  ];
}

function verdictLine({ anomalies, passed, ways, ended }: CheckerSelftestResult): string {
  const sum = (of: (row: Row) => number): number =>
    anomalies.reduce((total, row) => total + of(row), 0);
  const wrong = sum(({ others }) => others.filter(({ reason }) => reason === null).length);
  const checks = new Set(anomalies.map(({ id }) => id)).size;
  const verdict =
    ended === "interrupted"
      ? `Interrupted after ${ways.done} of ${ways.of} ways to spoil a history, so far`
      : passed
        ? "Passed"
        : "FAILED";
  return `${verdict}: ${formatCount(sum(({ fired }) => fired))} of ${formatCount(sum(({ injected }) => injected))} anomalies told by the right one of ${checks} checks, ${wrong} wrong names`;
}
