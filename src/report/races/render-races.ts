/** A race campaign as text: a table of the scenarios, what it says, what it cannot say, and the proof of each violation. */
import picocolors from "picocolors";
import type { RacesResult } from "../../results/races-result.ts";
import { formatCount, formatPercent } from "../format-number.ts";
import { printable } from "../printable.ts";
import type { RenderOptions } from "../render.ts";
import type { ReportTable } from "../report-table.ts";
import { renderTable } from "../table.ts";
import { renderStress } from "./render-stress.ts";
import { renderViolation } from "./render-violation.ts";

/** What no campaign can tell; printed with every report. */
const RACE_LIMITS =
  "no power-loss test (a kill keeps what the system holds); races inside DuckDB's C++ are stressed, not scheduled; a clean run bounds how often such runs fail, it never proves that none does";

const WIDTH_CHARS = 120;

/** Renders a campaign as text that ends with a newline. The seed line of the first violation comes last. */
export function renderRaces(result: RacesResult, options: RenderOptions = {}): string {
  const colors = picocolors.createColors(options.colored ?? false);
  const widthChars = options.widthChars ?? WIDTH_CHARS;
  const table =
    result.scenarios.length === 0
      ? ""
      : `${renderTable(scenarioTable(result), { colors, widthChars })}\n`;
  const paint = result.verdict === "clean" ? colors.green : colors.red;
  const lines = linesOf(result).map(([label, text]) => {
    const shown = label === "Verdict" ? paint(text) : text;
    return `${colors.bold(`${label}:`.padEnd(LABEL_CHARS))} ${shown}\n`;
  });
  const saved =
    options.folder === undefined
      ? ""
      : `${colors.bold("Saved in:".padEnd(LABEL_CHARS))} ${printable(options.folder)}\n`;
  const stress = result.stress === undefined ? "" : `\n${renderStress(result.stress, undefined)}`;
  const proofs = result.violations.map((violation) => `\n${renderViolation(violation)}`);
  return `${table}${lines.join("")}${saved}${stress}${proofs.join("")}`;
}

const LABEL_CHARS = 12;

function scenarioTable({ scenarios, processes, firstSeed, seeds }: RacesResult): ReportTable {
  const left = { align: "left" as const, mayGo: false };
  const right = { align: "right" as const, mayGo: false };
  return {
    scenario: "races",
    caption: `seeds ${firstSeed} to ${firstSeed + seeds - 1}, ${processes} processes`,
    columns: [
      { heading: "scenario", ...left },
      { heading: "runs", ...right },
      { heading: "steps", ...right },
      { heading: "events", ...right },
      { heading: "violations", ...right },
    ],
    messageAt: 5,
    groups: [
      scenarios.map(({ name, runs, steps, events, violations }) => ({
        status: "ok" as const,
        winner: false,
        texts: [name, ...[runs, steps, events, violations].map(formatCount)],
        message: undefined,
      })),
    ],
    notes: [],
  };
}

function linesOf(result: RacesResult): [label: string, text: string][] {
  const { verdict, ended, runs, seeds, twice, situations, upperBound, harnessErrors } = result;
  const missed = situations.filter(({ met }) => met === 0);
  const lines: [string, string][] = [["Verdict", verdictText(result)]];
  if (ended === "interrupted")
    lines.push(["Ended", `interrupted after ${formatCount(runs)} of ${formatCount(seeds)} seeds`]);
  if (upperBound !== null) {
    const share = formatPercent(upperBound);
    lines.push([
      "Bound",
      `0 violations in ${formatCount(runs)} runs: below ${share} of such runs (95 %, one-sided, Clopper–Pearson)`,
    ]);
  }
  if (twice.runs > 0) {
    const same =
      twice.different.length === 0
        ? "all traces the same"
        : `DIFFERENT traces for seeds ${twice.different.join(", ")}: the harness is broken`;
    lines.push(["Run twice", `${twice.runs} seeds, ${same}`]);
  }
  if (situations.length > 0)
    lines.push([
      "Situations",
      missed.length === 0
        ? `all ${situations.length} that must come up did`
        : `never met: ${missed.map(({ scenario, situation }) => `${situation} (${scenario})`).join(", ")}`,
    ]);
  const { tooFewSeeds } = result;
  if (tooFewSeeds !== null) {
    const { perScenario, needed } = tooFewSeeds;
    const text = `too few seeds to judge situations: ${perScenario} a scenario, ${needed} needed`;
    lines.push(["Situations", text]);
  }
  if (result.hazards.length > 0)
    lines.push(["Hazards", result.hazards.map(({ id, count }) => `${id} x ${count}`).join(", ")]);
  for (const { seed, message } of harnessErrors.slice(0, 5))
    lines.push(["Not run", `seed ${seed}: ${printable(message)}`]);
  lines.push(["Limits", RACE_LIMITS]);
  return verdict === "violated" ? lines.filter(([label]) => label !== "Situations") : lines;
}

function verdictText({ verdict, violations, runs, stress }: RacesResult): string {
  const found = [
    ...violations.map(({ findings, scenario }) => `${findings[0]?.id} in ${scenario}`),
    ...(stress?.findings ?? []).map(({ id, scenario }) => `${id} in ${scenario}, in real time`),
  ];
  switch (verdict) {
    case "clean":
      return `clean: ${formatCount(runs)} runs broke no promise`;
    case "violated":
      return `violated: ${found.join(", ")}`;
    case "incomplete":
      return "incomplete: situations that must come up did not, so the silence of their checks says nothing";
    case "broken":
      return "broken: the harness failed, so it says nothing about the engine";
  }
}
