/** A hunt for mutants as text: a row each, and the figures that the hunt is judged by. */
import picocolors from "picocolors";
import type { MutantsResult } from "../../results/mutants-result.ts";
import { exactInterval } from "../../stats/intervals.ts";
import { formatCount, formatPercent } from "../format-number.ts";
import { printable } from "../printable.ts";
import type { RenderOptions } from "../render.ts";
import { renderTable } from "../table.ts";

const WIDTH_CHARS = 140;

type Row = MutantsResult["mutants"][number];

/** Renders a hunt as text that ends with a newline. */
export function renderMutants(result: MutantsResult, options: RenderOptions = {}): string {
  const colors = picocolors.createColors(options.colored ?? false);
  const left = { align: "left" as const, mayGo: false };
  const right = { align: "right" as const, mayGo: false };
  const table = renderTable(
    {
      scenario: "mutants",
      caption: `at most ${result.rootSeeds} root seeds each, one of every scenario`,
      columns: [
        { heading: "mutant", ...left },
        { heading: "found", ...left },
        { heading: "root seeds", ...right },
        { heading: "runs", ...right },
        { heading: "seconds", ...right },
        { heading: "level", ...left },
        { heading: "in", ...left },
        { heading: "made small", ...left },
        { heading: "what was broken", ...left },
      ],
      messageAt: 9,
      groups: [result.mutants.map(textRow)],
      notes: [],
    },
    { colors, widthChars: options.widthChars ?? WIDTH_CHARS },
  );
  return `${table}\n${summaryLines(result).join("\n")}\n`;
}

function textRow(row: Row): {
  status: "ok";
  winner: boolean;
  texts: string[];
  message: undefined;
} {
  const { id, title, found, right, rootSeeds, runs, seconds, level, scenario, strategy } = row;
  const shown = found ?? "nothing";
  const texts = [
    id,
    right ? shown : `${shown} (wrong)`,
    formatCount(rootSeeds),
    formatCount(runs),
    seconds.toFixed(1),
    level ?? "",
    scenario === null ? "" : `${scenario}, ${strategy}`,
    smallText(row),
    printable(title),
  ];
  return { status: "ok", winner: false, texts, message: undefined };
}

function smallText({ shrunk }: Row): string {
  if (shrunk === null) return "";
  const { jobs, preemptions, replayed, replays, seconds } = shrunk;
  return `${jobs} jobs, ${preemptions} preemptions, ${replayed}/${replays}, ${seconds.toFixed(0)} s`;
}

function summaryLines({ mutants, rootSeeds }: MutantsResult): string[] {
  const faults = mutants.filter(({ expects }) => expects.length > 0);
  const benign = mutants.filter(({ expects }) => expects.length === 0);
  const found = faults.filter(({ found: id }) => id !== null);
  const named = faults.filter(({ right }) => right);
  const seconds = found.map((row) => row.seconds).sort((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)];
  const lines: string[] = ablationLines(faults);
  if (faults.length > 0) {
    const { low, high } = exactInterval(found.length, faults.length);
    lines.push(
      `Found: ${found.length} of ${faults.length} within ${rootSeeds} root seeds (95 % interval ${formatPercent(low)} to ${formatPercent(high)}), with an expected anomaly first ${named.length}; median ${median?.toFixed(1) ?? "-"} s`,
    );
  }
  if (benign.length > 0) {
    const alarms = benign.filter(({ found: id }) => id !== null).length;
    const runs = benign.reduce((sum, row) => sum + row.runs, 0);
    lines.push(
      `False alarms: ${alarms} of ${benign.length} benign mutants in ${formatCount(runs)} runs`,
    );
  }
  return lines;
}

/** What each level and schedule saw of the faults, over root seeds that run to their end. */
function ablationLines(faults: readonly Row[]): string[] {
  if (faults.length === 0) return [];
  const named = (of: "levels" | "strategies"): string[] => {
    const names = [...new Set(faults.flatMap(({ survey }) => survey[of].map(({ name }) => name)))];
    return names.sort().map((name) => {
      const shares = faults.flatMap(({ survey }) => survey[of].filter((one) => one.name === name));
      const runs = shares.reduce((sum, one) => sum + one.runs, 0);
      const violations = shares.reduce((sum, one) => sum + one.violations, 0);
      const seen = shares.filter((one) => one.violations > 0).length;
      return `  ${name.padEnd(10)} ${seen} of ${faults.length} faults, in ${formatPercent(violations / Math.max(1, runs))} of ${formatCount(runs)} runs`;
    });
  };
  return ["What each level and schedule sees:", ...named("levels"), ...named("strategies"), ""];
}
