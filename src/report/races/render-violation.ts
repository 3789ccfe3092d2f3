/** A violation as text: what was broken, the events that prove it, the case that it came up in, and the line that shows it again. */
import type { RaceViolation } from "../../results/race-violation.ts";
import { printable } from "../printable.ts";

/** Text that ends with the command that replays it. */
export function renderViolation({
  scenario,
  seed,
  strategy,
  findings,
  seedLine,
  shrunk,
  testFile,
  case: caseLines = [],
}: RaceViolation): string {
  const [first, ...others] = findings;
  const origin = seed === null ? "" : `, seed ${seed}${strategy === null ? "" : ` (${strategy})`}`;
  const lines = [`${first?.id}  ${printable(first?.message ?? "")}`, `  in ${scenario}${origin}`];
  for (const line of first?.timeline ?? []) lines.push(`  ${printable(line)}`);
  if (first?.timeline.some((line) => line.startsWith("*"))) lines.push("  (* proves it)");
  const also = [...new Set(others.map(({ id }) => id))].filter((id) => id !== first?.id);
  if (also.length > 0) lines.push(`  also: ${also.join(", ")}`);
  if (shrunk !== null) {
    const { jobs, workers, preemptions, runs, seconds, replayed, replays } = shrunk;
    lines.push(
      `  made small in ${runs} runs and ${seconds.toFixed(1)} s: ${jobs} jobs, ${workers} workers, ${preemptions} preemptions; ${replayed} of ${replays} replays show it`,
    );
  }
  if (caseLines.length > 0)
    lines.push("  the case:", ...caseLines.map((line) => `    ${printable(line)}`));
  if (testFile !== null)
    lines.push(
      `  test: ${printable(testFile)} (to be put into a project that has quackmark, and run with node --test)`,
    );
  lines.push(`bench races --replay ${seedLine}`);
  return `${lines.join("\n")}\n`;
}
