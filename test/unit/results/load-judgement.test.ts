/** What is said of an open load that the queue did not keep up with. */
import { expect, test } from "vitest";
import { loadFindings } from "../../../src/results/load-judgement.ts";
import type { Cell, Trial } from "../../../src/results/result.ts";

/** A load of 1,000 jobs/s of which half are done: the backlog grows by 500 jobs/s. */
function overload(generatorPct: number): Cell {
  const trial: Trial = {
    order: 0,
    metrics: { offeredJobsPerS: 1000, notStarted: 7, generatorPct },
    series: {
      backlogJobs: Array.from({ length: 100 }, (_, i): [number, number] => [i * 10, i * 5]),
    },
    checks: null,
    environment: { cpuPressurePct: 0, stealPct: 0, involuntarySwitches: 0 },
  };
  return { scenario: "load", parameters: {}, status: "ok", trials: [trial], summary: {} };
}

test("a backlog that grows is told with its rate and what was never sent", () => {
  const [finding] = loadFindings("load", [overload(3)]);
  expect(finding?.evidence).toMatch(
    /^the queue did not keep up: its backlog grew by 500 jobs\/s \(.*\); 7 arrivals were never sent$/,
  );
  expect(finding?.values).not.toHaveProperty("generatorPct");
});

test("where handing the jobs over took the queue's thread, the rate that was done is no capacity", () => {
  const [finding] = loadFindings("load", [overload(61)]);
  expect(finding?.evidence).toContain("handing the jobs over took 61 % of the thread");
  expect(finding?.advice).toContain("what the callers left, not what the queue can do");
  expect(finding?.values).toMatchObject({ generatorPct: 61, notStarted: 7 });
});
