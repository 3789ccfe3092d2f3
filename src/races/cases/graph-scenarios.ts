/** Scenarios of graphs, retries and limits: what the end of one job means for others. */
import type { TriggerName } from "../../model/triggers.ts";
import { caseOf, type Draw } from "./draw.ts";
import type { Behaviour, Ending, JobSpec, Op, RaceCase } from "./race-case.ts";

const RULES: readonly TriggerName[] = [
  "all_success",
  "one_success",
  "all_failed",
  "all_done",
  "all_done_min_one_success",
  "all_skipped",
  "one_failed",
  "one_done",
  "none_failed",
  "none_failed_min_one_success",
  "none_skipped",
  "always",
  "at_least(2)",
];

/** Long enough for a parent to have ended. */
const ENDED_MS = 60;

function ending(draw: Draw, shareBad: number): { does: Behaviour } {
  const ends: Ending = draw.chance(shareBad) ? draw.pick(["fail", "abandon"] as const) : "done";
  return { does: { steps: draw.between(0, 2), ends } };
}

/** Parents end together, and the last of them frees the child: a child with many parents, workers enough for all. */
export function joins(draw: Draw): RaceCase {
  const runs = draw.some(1, 2, (index): Op => {
    const parents = draw.some(2, 4, () => draw.job(ending(draw, 0.15)));
    const after = parents.map(({ name }) => name);
    const children = draw.some(1, 2, () =>
      draw.job({ after, trigger: draw.pick(["all_success", "all_done", "one_success"] as const) }),
    );
    const last = draw.job({ after: children.map(({ name }) => name), trigger: "all_done" });
    return { op: "submit", run: `run ${index}`, nodes: [...parents, ...children, last] };
  });
  return caseOf("joins", {
    config: { maxAttempts: 1 },
    workers: draw.workers(2, 3),
    clients: runs.map((op, index) => draw.client(`client ${index}`, [op])),
  });
}

/** One child for each rule, all of the same parents, so that each end of those is put to every rule. */
function eachRule(draw: Draw): JobSpec[] {
  // All bad, all good, or some of each.
  const shareBad = draw.pick([0, 0.5, 1]);
  const roots = draw.some(2, 3, () => draw.job(ending(draw, shareBad)));
  // What the others have decided lies there for as long as this one runs.
  if (draw.chance(0.5)) roots.push(draw.job({ does: { takesMs: ENDED_MS } }));
  const after = roots.map(({ name }) => name);
  return [...roots, ...RULES.map((trigger) => ({ name: draw.name(), after, trigger }))];
}

/** Nodes one below the other, with any rules. */
function mixedRules(draw: Draw): JobSpec[] {
  const nodes: JobSpec[] = draw.some(2, 3, () => draw.job(ending(draw, 0.4)));
  for (let n = draw.between(2, 4); n > 0; n--) {
    const after = [
      ...new Set([draw.pick(nodes).name, draw.pick(nodes).name, draw.pick(nodes).name]),
    ];
    const rule = draw.pick(RULES);
    const trigger = rule === "at_least(2)" && after.length < 2 ? "one_done" : rule;
    nodes.push(draw.job({ ...ending(draw, 0.3), after, trigger }));
  }
  return nodes;
}

/** All trigger rules, with parents that end in every way: done, failed, skipped, cancelled. */
export function triggers(draw: Draw): RaceCase {
  const nodes = draw.chance(0.7) ? eachRule(draw) : mixedRules(draw);
  const parent = draw.job(ending(draw, 0.5));
  const late: JobSpec = draw.job({
    after: [parent.name],
    trigger: draw.pick(["all_success", "all_done", "one_failed"] as const),
  });
  const between: Op[] = draw.chance(0.6) ? [{ op: "sleep", ms: ENDED_MS }] : draw.pause();
  const cancel = (): Op => ({ op: "cancel", job: draw.pick(nodes).name });
  return caseOf("triggers", {
    config: { maxAttempts: 1 },
    workers: draw.workers(1, 3),
    clients: [
      draw.client("client 0", [{ op: "submit", run: "run", nodes }]),
      draw.client("client 1", [...draw.pause(), cancel()]),
      draw.client("client 2", [
        { op: "enqueue", jobs: [parent] },
        ...between,
        { op: "enqueue", jobs: [late] },
      ]),
      // Some are skipped by then, while a parent of theirs lives: the cancel comes too late for them.
      ...draw.some(0, 1, () =>
        draw.client("client 3", [{ op: "sleep", ms: ENDED_MS / 2 }, ...draw.some(2, 4, cancel)]),
      ),
    ],
  });
}

/** Failures, timeouts, backoff, give-backs and dead letters. */
export function retries(draw: Draw): RaceCase {
  const job = (): JobSpec => {
    const ends = draw.pick(["done", "done", "fail", "later", "hang", "abandon"] as const);
    const does: Behaviour = {
      steps: draw.between(0, 2),
      ends,
      ...(draw.chance(0.5) ? { failures: draw.between(1, 2) } : {}),
      ...(ends === "later" ? { laterMs: draw.pick([0, 15]) } : {}),
    };
    return draw.job({
      does,
      maxAttempts: draw.between(1, 3),
      backoffMs: draw.pick([0, 10, 25]),
      ...(ends === "hang" || draw.chance(0.3) ? { timeoutMs: draw.pick([10, 30, 60]) } : {}),
      ...(draw.chance(0.3) ? { delayMs: draw.pick([5, 25]) } : {}),
    });
  };
  const names: string[] = [];
  const enqueue = (): Op => {
    const jobs = draw.some(1, 3, job);
    names.push(...jobs.map(({ name }) => name));
    return { op: "enqueue", jobs };
  };
  const clients = draw.some(1, 2, (index) =>
    draw.client(`client ${index}`, draw.some(1, 2, enqueue)),
  );
  const cancel: Op = { op: "cancel", job: draw.pick(names) };
  return caseOf("retries", {
    workers: draw.workers(1, 2),
    clients: draw.chance(0.4)
      ? [...clients, draw.client("client 9", [...draw.pause(), cancel])]
      : clients,
  });
}

/** Jobs expand to runs and add nodes while somebody cancels. */
export function subRuns(draw: Draw): RaceCase {
  const small = (): JobSpec[] => draw.dag(draw.between(1, 3), () => ending(draw, 0.15));
  const expanding = (): JobSpec =>
    draw.job({ does: { steps: draw.between(0, 1), ends: "expand", nodes: small() } });
  const growing = (): JobSpec => draw.job({ does: { steps: 1, nodes: small() } });
  const plain = (): JobSpec => draw.job(ending(draw, 0.1));
  const first = draw.some(1, 3, () => draw.pick([expanding, expanding, growing, plain])());
  const child = draw.job({
    after: first.map(({ name }) => name),
    trigger: draw.pick(["all_success", "all_done"] as const),
  });
  const nodes = [...first, child];
  const cancel: Op = draw.chance(0.4)
    ? { op: "cancel", run: "run" }
    : { op: "cancel", job: draw.pick(nodes).name };
  return caseOf("sub-runs", {
    config: { maxAttempts: draw.between(1, 2) },
    workers: draw.workers(1, 3),
    clients: [
      draw.client("client 0", [{ op: "submit", run: "run", nodes }]),
      ...(draw.chance(0.5) ? [draw.client("client 1", [...draw.pause(), cancel])] : []),
    ],
  });
}

/** Submissions that can never end, among good ones: a circle, a job that waits for itself, a parent that nobody has. */
export function circles(draw: Draw): RaceCase {
  const bad = (run: string): Op => {
    const nodes = draw.dag(draw.between(2, 4));
    const first = nodes[0] as JobSpec;
    const last = nodes[nodes.length - 1] as JobSpec;
    const [a, b] = [draw.name(), draw.name()];
    const wrong = draw.pick<readonly JobSpec[]>([
      [{ name: a, after: [a] }],
      [
        { name: a, after: [b, first.name] },
        { name: b, after: [a] },
      ],
      [{ name: a, after: [last.name, "nobody"] }],
    ]);
    return { op: "submit", run, nodes: [...nodes, ...wrong] };
  };
  const good = (run: string): Op => ({ op: "submit", run, nodes: draw.dag(draw.between(2, 4)) });
  return caseOf("circles", {
    workers: draw.workers(1, 2),
    clients: draw.some(2, 3, (index) =>
      draw.client(
        `client ${index}`,
        draw
          .some(1, 3, (n) => [...draw.pause(), draw.pick([bad, good])(`run ${index}/${n}`)])
          .flat(),
      ),
    ),
  });
}

/** Limits on what runs at once, per queue and per key. */
export function limits(draw: Draw): RaceCase {
  const queues = ["default", "side"];
  const enqueue = (): Op => ({
    op: "enqueue",
    jobs: draw.some(1, 4, () =>
      draw.job({
        queue: draw.pick(queues),
        ...(draw.chance(0.7) ? { limitKey: draw.pick(["a", "b"]) } : {}),
        ...(draw.chance(0.2) ? { does: { failures: 1 } } : {}),
      }),
    ),
  });
  const hand: Op = { op: "hand", limit: 2, leaseMs: 60, holdsMs: draw.pick([5, 70]), ends: "done" };
  return caseOf("limits", {
    limits: {
      queues: { side: { concurrency: draw.between(1, 2) } },
      keys: { a: { concurrency: 1 }, b: { concurrency: 2 } },
    },
    workers: draw.workers(2, 3).map((worker) => ({ ...worker, queues })),
    clients: [
      ...draw.some(1, 3, (index) => draw.client(`client ${index}`, draw.some(1, 2, enqueue))),
      ...(draw.chance(0.3) ? [draw.client("client 9", [...draw.pause(), hand])] : []),
    ],
  });
}
