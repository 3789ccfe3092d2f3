import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toSeedLine } from "../../../../src/races/campaign/seed-line.ts";
import { writeTests } from "../../../../src/races/campaign/test-file.ts";
import { caseLines } from "../../../../src/races/cases/case-lines.ts";
import {
  drawCase,
  RACE_SCENARIOS,
  type RaceScenario,
} from "../../../../src/races/cases/scenarios.ts";
import { renderViolation } from "../../../../src/report/races/render-violation.ts";

test("a test that is written says where to put it, tells of a schedule that no longer fits, and so does the report", () => {
  const folder = mkdtempSync(join(tmpdir(), "quackmark-test-"));
  try {
    const raceCase = drawCase(RACE_SCENARIOS[0] as RaceScenario, 1);
    const violation = {
      scenario: raceCase.scenario,
      ...{ seed: 1, strategy: "walk", shrunk: null, testFile: null },
      findings: [{ id: "O1", message: "two claims", timeline: [] }],
      seedLine: toSeedLine({ raceCase, choices: [1] }),
    };
    const [written] = writeTests(folder, [violation]);
    const file = join(folder, "race-1-O1.test.mjs");
    const text = readFileSync(file, "utf8");
    expect(text).toContain(
      "\n// Put this file into a project that has quackmark among its packages, whose replayRace it imports, and run: node --test <file>\n",
    );
    const [firstLine = ""] = caseLines(raceCase);
    expect(written?.case).toEqual(caseLines(raceCase));
    expect(text).toContain(`//   ${firstLine}\n`);
    expect(text).toContain("if (misfit !== null) t.diagnostic(misfit);");
    expect(renderViolation(written as NonNullable<typeof written>)).toContain(
      `  test: ${file} (to be put into a project that has quackmark, and run with node --test)\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
