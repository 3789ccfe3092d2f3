/** Writes a test for each finding, ready to be put among one's own, and tells its case in words. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RaceViolation } from "../../results/race-violation.ts";
import type { StressLift } from "../../results/stress-result.ts";
import { caseLines } from "../cases/case-lines.ts";
import { fromSeedLine } from "./seed-line.ts";

/** Writes the tests into a folder; returns the violations with their cases and the names of their files. */
export function writeTests(folder: string, violations: readonly RaceViolation[]): RaceViolation[] {
  return violations.map((violation, index) => written(folder, `race-${index + 1}`, violation));
}

/** The same for what was lifted out of real time. */
export function writeLiftedTests(folder: string, lifts: readonly StressLift[]): StressLift[] {
  return lifts.map((lift, index) => {
    if (lift.violation === null) return lift;
    return { ...lift, violation: written(folder, `lifted-${index + 1}`, lift.violation) };
  });
}

function written(folder: string, name: string, violation: RaceViolation): RaceViolation {
  const testFile = join(folder, `${name}-${violation.findings[0]?.id ?? "error"}.test.mjs`);
  const told = { ...violation, case: caseLines(fromSeedLine(violation.seedLine).raceCase) };
  writeFileSync(testFile, testText(told));
  return { ...told, testFile };
}

function testText({ scenario, findings, seedLine, case: lines = [] }: RaceViolation): string {
  const title = `${scenario}: ${findings[0]?.id} ${findings[0]?.message ?? ""}`;
  return `// A race that bench races found. It passes once the promise holds again.
// Put this file into a project that has quackmark among its packages, whose replayRace it imports, and run: node --test <file>
//
${lines.map((line) => `//   ${line.replaceAll(/\s+/g, " ")}\n`).join("")}import assert from "node:assert/strict";
import { test } from "node:test";
import { replayRace } from "quackmark";

test(${JSON.stringify(title)}, async (t) => {
  const line = ${JSON.stringify(seedLine)};
  const { findings, misfit } = await replayRace(line);
  if (misfit !== null) t.diagnostic(misfit);
  assert.deepEqual(findings.map(({ id }) => id), []);
});
`;
}
