/** A client of a case: makes its calls one after the other, each when the scheduler lets it. */
import type { Claim, Queue } from "../../engine/index.ts";
import { messageOf, QuackmarkError } from "../../lib/errors.ts";
import type { ClientSpec, Op } from "../cases/race-case.ts";
import { KIND, SEEN, seenOf } from "../history/event.ts";
import { recordAllJobs } from "../history/read-final-state.ts";
import { resultOf } from "./handler.ts";
import { InjectedFault } from "./injected-fault.ts";
import { dagOf, jobOf } from "./inputs.ts";
import { nameOf } from "./wanted-jobs.ts";
import type { World } from "./world.ts";

type OpOf<K extends Op["op"]> = Extract<Op, { readonly op: K }>;

/** Makes all calls. What the queue refuses is an answer; what it should never throw is kept as trouble. */
export async function runClient(world: World, queue: Queue, client: ClientSpec): Promise<void> {
  const { name, ops } = client;
  for (const op of ops) {
    await world.scheduler.step({ owner: name, label: labelOf(op), job: jobOfOp(world, op) });
    try {
      await makeCall(world, queue, name, op);
    } catch (error) {
      if (error instanceof QuackmarkError) world.refused(error.code);
      if (!isAnswer(error)) world.trouble(`${labelOf(op)}: ${messageOf(error)}`);
    }
  }
}

function makeCall(world: World, queue: Queue, owner: string, op: Op): Promise<unknown> {
  const idOf = (name: string): number | undefined => world.wanted.idOf.get(name);
  switch (op.op) {
    case "enqueue": {
      const { jobs, unique = "reject" } = op;
      return queue.enqueueAll(
        jobs.map((job) => jobOf(job, idOf)),
        { unique },
      );
    }
    case "submit":
      return submit(world, queue, op);
    case "cancel":
      return cancel(world, queue, op);
    case "pause":
      return queue.pause(op.queue);
    case "resume":
      return queue.resume(op.queue);
    case "start":
      world.startWorker(queue, op.worker);
      return Promise.resolve();
    case "stop":
      return world.stopWorker(op.worker, op.drainMs);
    case "hand":
      return byHand(world, queue, owner, op);
    case "sleep":
      return world.scheduler.sleep(owner, op.ms);
    case "read":
      return recordAllJobs(world.recorder, world.procOfOwner(owner), (text) => queue.sql(text));
    case "jump":
      world.jump(op.ms);
      return Promise.resolve();
  }
}

async function submit(world: World, queue: Queue, op: OpOf<"submit">): Promise<void> {
  const { runId } = await queue.submit({ ...dagOf(op.nodes), name: op.run });
  world.runs.set(op.run, runId);
  void watch(world, queue, runId);
}

/** Writes down when whoever waits for a run is told that it has ended. */
async function watch(world: World, queue: Queue, runId: number): Promise<void> {
  const status = await queue.runs.wait(runId).catch(() => null);
  if (status === null) return;
  const { recorder } = world;
  const op = recorder.invoke(world.procOfOwner("watcher"), KIND.readRun, { value: runId });
  recorder.ok(op, { value: runId, state: seenOf(status.status) });
}

async function cancel(world: World, queue: Queue, op: OpOf<"cancel">): Promise<void> {
  const jobId = op.job === undefined ? undefined : world.wanted.idOf.get(op.job);
  const runId = op.run === undefined ? undefined : world.runs.get(op.run);
  // A job or run that is not stored cannot be meant.
  if (
    (op.job !== undefined && jobId === undefined) ||
    (op.run !== undefined && runId === undefined)
  )
    return;
  await queue.cancel({
    ...(jobId === undefined ? {} : { jobId }),
    ...(runId === undefined ? {} : { runId }),
    ...(op.queue === undefined ? {} : { queue: op.queue }),
  });
}

async function byHand(world: World, queue: Queue, owner: string, op: OpOf<"hand">): Promise<void> {
  const { limit, leaseMs, holdsMs, renewsAfterMs = 0 } = op;
  const { scheduler, recorder } = world;
  const proc = world.procOfOwner(owner);
  const claims = await queue.claims.claim({ limit, leaseMs });
  for (const { jobId: job, attempt } of claims)
    recorder.note(proc, KIND.execStart, { job, attempt });
  if (renewsAfterMs > 0 && claims.length > 0) {
    await scheduler.sleep(owner, renewsAfterMs);
    await renew(world, queue, proc, claims, leaseMs);
  }
  if (holdsMs > 0) await scheduler.sleep(owner, holdsMs);
  for (const claim of claims) {
    await scheduler.step({ owner, label: `settles ${claim.jobId}`, job: claim.jobId });
    await endByHand(world, queue, proc, claim, op.ends).catch((error: unknown) => {
      if (!isAnswer(error)) throw error;
    });
  }
}

async function renew(
  { recorder }: World,
  queue: Queue,
  proc: number,
  claims: readonly Claim[],
  leaseMs: number,
): Promise<void> {
  const ops = claims.map(({ jobId: job, attempt }) =>
    recorder.invoke(proc, KIND.heartbeat, { job, attempt, value: leaseMs }),
  );
  const lost = await queue.claims.heartbeat(claims, leaseMs);
  claims.forEach(({ jobId }, index) => {
    const op = ops[index] as number;
    if (lost.some((token) => token.jobId === jobId)) recorder.fail(op);
    else recorder.ok(op);
  });
}

function endByHand(
  { recorder }: World,
  queue: Queue,
  proc: number,
  claim: Claim,
  ends: OpOf<"hand">["ends"],
): Promise<void> {
  const { jobId: job, attempt, args } = claim;
  const result = resultOf(nameOf(args), attempt);
  const state = ends === "done" ? SEEN.done : SEEN.failed;
  recorder.note(proc, KIND.execEnd, { job, attempt, state, payload: JSON.stringify(result) });
  switch (ends) {
    case "done":
      return queue.claims.ack(claim, result);
    case "fail":
      return queue.claims.fail(claim, new Error("fails as it should"));
    case "later":
      return queue.claims.nack(claim);
    case "walk away":
      return Promise.resolve();
  }
}

/** A refusal, or a step that the case broke on purpose. */
function isAnswer(error: unknown): boolean {
  return error instanceof QuackmarkError || error instanceof InjectedFault;
}

function labelOf(op: Op): string {
  switch (op.op) {
    case "enqueue":
      return `enqueue ${op.jobs.map(({ name }) => name).join(" ")}`;
    case "submit":
      return `submit ${op.run}`;
    case "cancel":
      return `cancel ${op.job ?? op.run ?? op.queue}`;
    case "pause":
    case "resume":
      return `${op.op} ${op.queue}`;
    case "start":
    case "stop":
      return `${op.op} worker ${op.worker}`;
    case "hand":
      return `claim ${op.limit} by hand`;
    case "sleep":
    case "jump":
      return `${op.op} ${op.ms} ms`;
    case "read":
      return "read all";
  }
}

function jobOfOp({ wanted }: World, op: Op): number {
  return op.op === "cancel" && op.job !== undefined ? (wanted.idOf.get(op.job) ?? 0) : 0;
}
