import { expect, test } from "vitest";
import { caseLines } from "../../../../src/races/cases/case-lines.ts";
import type { RaceCase } from "../../../../src/races/cases/race-case.ts";

const small: RaceCase = {
  scenario: "joins",
  config: { leaseMs: 90 },
  limits: { eachKey: { concurrency: 1 } },
  store: "file",
  workers: [{ concurrency: 2, claimBatch: 1, queues: ["a"], wake: "poll", waits: true }],
  clients: [
    {
      name: "client 0",
      ops: [
        {
          op: "submit",
          run: "r1",
          nodes: [
            { name: "j1", does: { ends: "expand", nodes: [{ name: "j3" }] } },
            { name: "j2", after: ["j1"], trigger: "one_failed", does: { takesMs: 5, failures: 1 } },
          ],
        },
        { op: "enqueue", jobs: [{ name: "j4", uniqueKey: "k" }], unique: "replace" },
      ],
    },
    {
      name: "client 1",
      ops: [
        { op: "hand", limit: 2, leaseMs: 90, holdsMs: 89, ends: "walk away", renewsAfterMs: 10 },
        { op: "stop", worker: 0, drainMs: 30 },
        { op: "read" },
      ],
    },
  ],
  faults: [{ at: "lane.commit", nth: 3, kind: "crash" }],
};

test("a case is told by its workers, calls, faults and settings, a line each", () => {
  expect(caseLines(small)).toEqual([
    "worker 0: 2 at once; claims 1 at a time; of a; woken by poll; started by a call",
    "client 0: submit r1: j1 (ends: expand; nodes: j3), j2 (after j1; trigger one_failed; takesMs 5 failures 1)",
    "client 0: enqueue j4 (uniqueKey k); taken keys: replace",
    "client 1: claim 2 by hand for 90 ms; renew after 10 ms; after 89 ms: walk away",
    "client 1: stop worker 0 drainMs 30",
    "client 1: read",
    "fault: crash at lane.commit, pass 3",
    'limits.eachKey: {"concurrency":1}',
    "queue: in a file; leaseMs 90",
  ]);
});

test("of a long case the first lines are told, and how many there are more", () => {
  const ops = Array.from({ length: 40 }, () => ({ op: "read" as const }));
  const lines = caseLines({ ...small, clients: [{ name: "client 0", ops }] });
  expect(lines).toHaveLength(25);
  expect(lines.at(-1)).toBe("and 20 more");
});
