/** A hunt for mutants as text: a row each, and the figures that the hunt is judged by. */
import picocolors from "picocolors";
import { huntFigures, liftFigures, sightsOf } from "../../results/mutants-figures.ts";
import type { MutantsResult } from "../../results/mutants-result.ts";
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

function summaryLines(result: MutantsResult): string[] {
  const { faults, found, foundShare, named, seconds, harmless, alarms, harmlessRuns } =
    huntFigures(result);
  const lines: string[] = faults === 0 ? [] : sightLines(result, faults);
  if (foundShare !== null) {
    const { low, high } = foundShare;
    lines.push(
      `Found: ${found} of ${faults} within ${result.rootSeeds} root seeds (95 % interval ${formatPercent(low)} to ${formatPercent(high)}), with an expected anomaly first ${named}; median ${seconds?.toFixed(1) ?? "-"} s`,
    );
  }
  const lifts = liftFigures(result);
  if (lifts !== null)
    lines.push(
      `Lifted into schedules: ${lifts.lifted} of ${lifts.tried} findings in real time, ${lifts.atOnce} at the first try, ${lifts.byOrder} that need an order; at most ${lifts.mostTries} tries and ${lifts.mostSeconds.toFixed(1)} s; ${lifts.steady} are shown by every replay`,
    );
  if (harmless > 0) {
    lines.push(
      `False alarms: ${alarms.length} of ${harmless} benign mutants in ${formatCount(harmlessRuns)} runs`,
    );
  }
  return lines;
}

/** What each level and schedule saw of the faults, over root seeds that run to their end. */
function sightLines(result: MutantsResult, faults: number): string[] {
  if (result.mutants.every(({ survey }) => survey.runs === 0)) return [];
  const lines = [...sightsOf(result, "levels"), ...sightsOf(result, "strategies")].map(
    ({ name, seen, violations, runs }) =>
      `  ${name.padEnd(10)} ${seen} of ${faults} faults, in ${formatPercent(violations / Math.max(1, runs))} of ${formatCount(runs)} runs`,
  );
  return ["What each level and schedule sees:", ...lines, ""];
}
