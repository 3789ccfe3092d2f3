/** Scenarios in which something breaks: the clock, a commit, the process. */
import type { GatePoint } from "../../store/duckdb/gate.ts";
import { caseOf, type Draw, TERMS } from "./draw.ts";
import type { JobSpec, Op, RaceCase } from "./race-case.ts";

/** Steps at which a commit can fail. */
const FAILING: readonly GatePoint[] = [
  "lane.begin",
  "lane.append",
  "lane.commit",
  "lane.committed",
];

/** A late fault is one that a short case never meets. */
const LATEST = 9;

function mixed(draw: Draw): { ops: Op[]; names: string[] } {
  const job = (): JobSpec =>
    draw.chance(0.3) ? draw.job({ does: { failures: 1 }, backoffMs: 10 }) : draw.job();
  const nodes = draw.dag(draw.between(2, 5));
  const jobs = draw.some(1, 3, job);
  const ops: Op[] = [
    { op: "submit", run: "run", nodes },
    { op: "enqueue", jobs },
  ];
  const inOrder = draw.chance(0.5) ? ops : ops.reverse();
  const more = draw.some(0, 2, (index): Op => {
    return { op: "submit", run: `run ${index + 1}`, nodes: draw.dag(draw.between(2, 3)) };
  });
  return {
    ops: [...inOrder, ...more],
    names: [...nodes, ...jobs].map(({ name }) => name),
  };
}

/** The clock jumps forth and back while leases, timeouts and delays run. */
export function clockJumps(draw: Draw): RaceCase {
  const jobs = draw.some(2, 4, () =>
    draw.job({
      ...(draw.chance(0.5) ? { delayMs: draw.pick([10, 50]) } : {}),
      ...(draw.chance(0.3) ? { does: { failures: 1 } } : {}),
    }),
  );
  const jump = (): Op => ({ op: "jump", ms: draw.pick([-200, -20, 20, 100, 400]) });
  const hand: Op = { op: "hand", limit: 1, leaseMs: TERMS.leaseMs, holdsMs: 20, ends: "done" };
  return caseOf("clock", {
    workers: draw.workers(1, 2),
    clients: [
      draw.client("client 0", [{ op: "enqueue", jobs }, ...(draw.chance(0.4) ? [hand] : [])]),
      draw.client("client 1", [...draw.pause(), jump(), ...draw.pause(), jump()]),
    ],
  });
}

/** A commit fails: before it is sent, or after it has had its effect. */
export function commitErrors(draw: Draw): RaceCase {
  const { ops, names } = mixed(draw);
  const cancel: Op[] = draw.chance(0.4) ? [{ op: "cancel", job: draw.pick(names) }] : [];
  return caseOf("commit-errors", {
    store: "file",
    workers: draw.workers(1, 2),
    clients: [
      draw.client("client 0", ops),
      draw.client("client 1", [...draw.pause(), ...cancel, { op: "enqueue", jobs: [draw.job()] }]),
    ],
    faults: [{ at: draw.pick(FAILING), nth: draw.between(1, LATEST), kind: "error" }],
    config: draw.chance(0.7) ? draw.chunks() : {},
  });
}

/** The process dies at a step of the lane, and another opens its files. */
export function crashes(draw: Draw): RaceCase {
  const { ops, names } = mixed(draw);
  const cancel: Op[] = draw.chance(0.3) ? [{ op: "cancel", job: draw.pick(names) }] : [];
  return caseOf("crash", {
    store: "file",
    workers: draw.workers(1, 2),
    clients: [
      draw.client("client 0", ops),
      draw.client("client 1", [...draw.pause(), ...cancel, { op: "enqueue", jobs: [draw.job()] }]),
    ],
    faults: [{ at: draw.pick(FAILING), nth: draw.between(1, LATEST), kind: "crash" }],
    config: draw.chance(0.7) ? draw.chunks() : {},
  });
}
