/** The settings of a tuning as tables: first what to take, then what was measured for each. */
import type { Slowdown, TuneChoice, TuneResult } from "../../results/tune-result.ts";
import { formatCount, formatRatio } from "../format-number.ts";
import { metricHeading, metricText } from "../metric-label.ts";
import type { ReportRow, ReportTable } from "../report-table.ts";

/** One row per setting: shipped, memo, chosen, and how the shipped value stands against the best. */
export function settingsTable(result: TuneResult): ReportTable {
  const head: readonly (readonly [string, "left" | "right"])[] = [
    ["setting", "left"],
    ["shipped", "right"],
    ["memo", "right"],
    ["take", "right"],
    ["shipped vs best", "right"],
    ["99 % CI", "left"],
    ["held out", "left"],
    ["verdict", "left"],
  ];
  return table("tune", captionOf(result), head, [
    result.choices.map((choice) => ({
      status: "ok" as const,
      winner: choice.verdict === "changed",
      texts: [
        choice.setting,
        formatCount(choice.shipped),
        choice.memo === null ? "–" : formatCount(choice.memo),
        formatCount(choice.chosen),
        formatRatio(choice.shippedToBest.ratio),
        intervalText(choice.shippedToBest),
        heldOutText(choice),
        choice.verdict,
      ],
      message: undefined,
    })),
  ]);
}

/** What was measured for one setting. */
export function candidatesTable(choice: TuneChoice): ReportTable {
  const head: readonly (readonly [string, "left" | "right"])[] = [
    ["measured", "left"],
    [metricHeading(choice.metric), "right"],
    ["n", "right"],
    ["vs best", "right"],
    ["99 % CI", "left"],
  ];
  const rows = choice.candidates.map((candidate) => ({
    status: "ok" as const,
    winner: candidate.toBest.ratio <= 1,
    texts: [
      candidate.label,
      metricText(choice.metric, candidate.median),
      formatCount(candidate.trials),
      candidate.toBest.ratio <= 1 ? "best" : formatRatio(candidate.toBest.ratio),
      candidate.toBest.ratio <= 1 ? "" : intervalText(candidate.toBest),
    ],
    message: undefined,
  }));
  return table(choice.setting, choice.question, head, [rows]);
}

/** `[0.97x, 1.12x]`, or nothing with too few trials. */
export function intervalText({ low, high }: Slowdown): string {
  return low === null || high === null ? "" : `[${formatRatio(low)}, ${formatRatio(high)}]`;
}

function heldOutText({ heldOut }: TuneChoice): string {
  if (heldOut.length === 0) return "–";
  const held = heldOut.filter(({ holds }) => holds).length;
  return `${held} of ${heldOut.length} hold`;
}

function captionOf({ mode, trialsPerCell, durability }: TuneResult): string {
  const what = mode === "check" ? "shipped defaults against their rivals" : "search";
  return `${what} · ${formatCount(trialsPerCell)} trials a cell · durability ${durability}`;
}

function table(
  scenario: string,
  caption: string,
  head: readonly (readonly [heading: string, align: "left" | "right"])[],
  groups: readonly (readonly ReportRow[])[],
): ReportTable {
  return {
    scenario,
    caption,
    columns: head.map(([heading, align]) => ({ heading, align, mayGo: false })),
    messageAt: head.length,
    groups,
    notes: [],
  };
}
