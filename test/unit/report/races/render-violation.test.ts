import { expect, it } from "vitest";
import { renderViolation } from "../../../../src/report/races/render-violation.ts";

it("a violation shows its timeline, how small it is, its case, its test and last the line that replays it", () => {
  const text = renderViolation({
    ...{ scenario: "joins", seed: 7, strategy: "walk", seedLine: "rq1:joins:AAAA" },
    findings: [
      { id: "O1", message: "job 1 is held twice", timeline: ["- the enqueue", "* the claim"] },
      { id: "J8", message: "one try too many", timeline: [] },
    ],
    shrunk: {
      ...{ jobs: 2, workers: 1, preemptions: 3 },
      runs: 9,
      seconds: 1,
      replayed: 20,
      replays: 20,
    },
    case: ["worker 0: 1 at once", "fault: error at lane.commit, pass 7"],
    testFile: "race-1-O1.test.mjs",
  });
  expect(text.split("\n")).toEqual([
    "O1  job 1 is held twice",
    "  in joins, seed 7 (walk)",
    "  - the enqueue",
    "  * the claim",
    "  (* proves it)",
    "  also: J8",
    "  made small in 9 runs and 1.0 s: 2 jobs, 1 workers, 3 preemptions; 20 of 20 replays show it",
    "  the case:",
    "    worker 0: 1 at once",
    "    fault: error at lane.commit, pass 7",
    "  test: race-1-O1.test.mjs (to be put into a project that has quackmark, and run with node --test)",
    "bench races --replay rq1:joins:AAAA",
    "",
  ]);
});
