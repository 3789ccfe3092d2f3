/** Scenarios of single jobs: who claims, who settles, who stops. */
import { caseOf, type Draw, JUDGE_MS, TERMS } from "./draw.ts";
import type { JobSpec, Op, RaceCase } from "./race-case.ts";

const WALK_SHARE = 0.25;

function byHand(draw: Draw, holdsMs: number): Op {
  const ends = draw.chance(WALK_SHARE) ? "walk away" : draw.pick(["done", "done", "fail", "later"]);
  return { op: "hand", limit: draw.between(1, 2), leaseMs: TERMS.leaseMs, holdsMs, ends } as Op;
}

/** Several workers and callers claim from one queue. */
export function claims(draw: Draw): RaceCase {
  const enqueue = (): Op => ({
    op: "enqueue",
    jobs: draw.some(1, 3, () => draw.job({ priority: draw.pick([10, 50, 50, 90]) })),
  });
  return caseOf("claims", {
    workers: draw.workers(1, 3),
    clients: draw.some(1, 3, (index) => {
      const calls = draw.some(1, 2, enqueue);
      const hands = draw.chance(0.5) ? [byHand(draw, draw.pick([0, 5, 20]))] : [];
      return draw.client(`client ${index}`, [...calls, ...draw.pause(), ...hands]);
    }),
    config: { prefetch: draw.pick([0, 0, 1, 2]) },
  });
}

/** An ack, a heartbeat and the end of the lease meet: within two ticks of each other. */
export function leaseExpiry(draw: Draw): RaceCase {
  const near = (): number => {
    const lastJudge = Math.ceil(TERMS.leaseMs / JUDGE_MS) * JUDGE_MS;
    return draw.pick([TERMS.leaseMs, lastJudge, lastJudge + JUDGE_MS]) + draw.between(-2, 2);
  };
  const hand = (): Op => {
    const op = byHand(draw, near());
    // Renewed within its term, a lease holds past its first end; renewed near it, it may be too late.
    if (draw.chance(0.4)) return { ...op, renewsAfterMs: JUDGE_MS, holdsMs: near() } as Op;
    return draw.chance(0.3) ? ({ ...op, renewsAfterMs: near() } as Op) : op;
  };
  const jobs = draw.some(1, 3, () => draw.job({ maxAttempts: draw.pick([1, 1, 2, 3]) }));
  const leaves: Op = { ...byHand(draw, 0), ends: "walk away" } as Op;
  return caseOf("lease-expiry", {
    workers: draw.workers(0, 2),
    clients: [
      draw.client("client 0", [{ op: "enqueue", jobs }, draw.chance(0.4) ? leaves : hand()]),
      ...draw.some(1, 2, (index) =>
        draw.client(`client ${index + 1}`, [...draw.pause(), hand(), ...draw.pause(), hand()]),
      ),
    ],
  });
}

/** A holder that slept past its lease settles while the next attempt runs. */
export function lateSettles(draw: Draw): RaceCase {
  const does = { takesMs: draw.pick([JUDGE_MS, TERMS.leaseMs]) };
  const jobs = draw.some(1, 3, () => draw.job({ maxAttempts: draw.between(2, 3), does }));
  const late = (): Op => {
    const holdsMs = TERMS.leaseMs + draw.between(JUDGE_MS, TERMS.leaseMs);
    return { ...byHand(draw, holdsMs), ends: draw.pick(["done", "done", "fail", "later"]) } as Op;
  };
  return caseOf("late-settles", {
    // They come when the sleepers have taken their jobs.
    workers: draw.workers(1, 2).map((worker) => ({ ...worker, waits: true })),
    clients: [
      draw.client("client 0", [{ op: "enqueue", jobs }, late()]),
      ...draw.some(0, 1, () => draw.client("client 1", [{ op: "sleep", ms: 1 }, late()])),
      draw.client("client 2", [
        { op: "sleep", ms: draw.pick([5, TERMS.leaseMs]) },
        { op: "start", worker: 0 },
      ]),
    ],
  });
}

/** Jobs and runs are cancelled while they run. */
export function cancelRunning(draw: Draw): RaceCase {
  const nodes = draw.dag(draw.between(2, 5));
  const jobs = draw.some(1, 3, () => draw.job());
  const all = [...nodes, ...jobs].map(({ name }) => name);
  const cancel = (): Op =>
    draw.chance(0.25) ? { op: "cancel", run: "run" } : { op: "cancel", job: draw.pick(all) };
  return caseOf("cancel-running", {
    workers: draw.workers(1, 2),
    clients: [
      draw.client("client 0", [
        { op: "submit", run: "run", nodes },
        { op: "enqueue", jobs },
      ]),
      ...draw.some(1, 3, (index) =>
        draw.client(`client ${index + 1}`, [...draw.pause(), ...draw.some(1, 3, cancel)]),
      ),
    ],
  });
}

/** Enqueues meet pause and resume. */
export function pauses(draw: Draw): RaceCase {
  const queues = ["default", "side"];
  const enqueue = (): Op => ({
    op: "enqueue",
    jobs: draw.some(1, 3, () => draw.job({ queue: draw.pick(queues) })),
  });
  const turn = (): Op => ({
    op: draw.pick(["pause", "resume"] as const),
    queue: draw.pick(queues),
  });
  return caseOf("pause", {
    workers: draw.workers(1, 2).map((worker) => ({ ...worker, queues })),
    clients: [
      draw.client("client 0", draw.some(1, 3, enqueue)),
      draw.client("client 1", [...draw.pause(), ...draw.some(2, 4, turn)]),
      draw.client("client 2", [enqueue(), turn(), { op: "read" }]),
    ],
  });
}

/** Callers read all jobs again and again while runs are submitted in chunks, jobs end and are cancelled. */
export function reads(draw: Draw): RaceCase {
  const submits = draw.some(2, 4, (index): Op & { readonly op: "submit" } => {
    return { op: "submit", run: `run ${index}`, nodes: draw.dag(draw.between(2, 5)) };
  });
  const names = submits.flatMap(({ nodes }) => nodes.map(({ name }) => name));
  const look = (): Op[] => [{ op: "read" }, ...draw.pause()];
  const cancel: Op[] = draw.chance(0.3) ? [{ op: "cancel", job: draw.pick(names) }] : [];
  return caseOf("reads", {
    config: draw.chunks(),
    workers: draw.workers(1, 2),
    clients: [
      draw.client("client 0", [
        ...submits.flatMap((submit): Op[] => [...draw.pause(), submit]),
        { op: "enqueue", jobs: draw.some(1, 2, () => draw.job()) },
      ]),
      draw.client("client 1", draw.some(6, 10, look).flat()),
      draw.client("client 2", [...draw.pause(), ...cancel, ...look()]),
    ],
  });
}

/** Workers stop while they claim, and start again. */
export function shutdown(draw: Draw): RaceCase {
  const workers = draw.workers(1, 3);
  // Long enough for a stop to meet them at work, now and then.
  const slow = (): Partial<JobSpec> =>
    draw.chance(0.5) ? { does: { steps: draw.between(0, 2), takesMs: draw.between(5, 70) } } : {};
  const enqueue = (): Op => ({ op: "enqueue", jobs: draw.some(1, 4, () => draw.job(slow())) });
  const stop = (): Op[] => {
    const worker = draw.below(workers.length);
    const drainMs = draw.pick([0, 0, 10, 60]);
    const again: Op[] = draw.chance(0.5) ? [...draw.pause(), { op: "start", worker }] : [];
    // Whoever stops a worker looks at what it has left behind.
    return [{ op: "stop", worker, drainMs }, { op: "read" }, ...again];
  };
  return caseOf("shutdown", {
    workers,
    clients: [
      draw.client("client 0", draw.some(1, 3, enqueue)),
      draw.client("client 1", [...draw.pause(), ...stop()]),
      draw.client("client 2", [...draw.pause(), ...stop(), enqueue()]),
    ],
  });
}

/** Enqueues with one key meet each other and the end of their job. */
export function uniqueKeys(draw: Draw): RaceCase {
  // One policy per case: which job a replace took away is not told, so it hides what the others would show.
  const replaces = draw.chance(1 / 3);
  const keyed = (): Op => ({
    op: "enqueue",
    unique: replaces ? "replace" : draw.pick(["reject", "ignore"] as const),
    jobs: [draw.job({ uniqueKey: draw.pick(["k1", "k1", "k2"]) })],
  });
  return caseOf("unique-keys", {
    workers: draw.workers(1, 2),
    clients: draw.some(2, 3, (index) =>
      draw.client(`client ${index}`, [...draw.pause(), ...draw.some(1, 3, keyed)]),
    ),
  });
}
