/**
 * Stands between a queue and its store and writes down what was asked and answered, for workers and clients
 * alike. It decides nothing: the answers are the store's own.
 */
import { QuackmarkError } from "../../lib/errors.ts";
import type {
  Claim,
  EnqueueReceipt,
  JobFilter,
  Outcome,
  OutcomeKind,
  Settled,
  Store,
  Submission,
  SubmitReceipt,
  Token,
} from "../../store/store.ts";
import { KIND } from "../history/event.ts";
import type { Facts } from "../history/facts.ts";
import type { Recorder } from "../history/recorder.ts";
import { queuesText } from "../history/served-queues.ts";
import type { WantedJobs } from "./wanted-jobs.ts";

/** What the recording knows of who is who. */
export interface Recording {
  recorder(): Recorder;
  wanted(): WantedJobs;
  readonly facts: Facts;
  /** The worker's number in the history; 0 for one that is no worker of the engine. */
  procOf(workerId: number): number;
  /** The number of whoever holds a claim. */
  holderOf(token: Token): number;
  /** The number of whoever runs now. */
  caller(): number;
  /** Somebody holds a job. */
  claimed(claim: Claim, proc: number): void;
}

const OUTCOME_KIND: Readonly<Record<OutcomeKind, number>> = {
  done: KIND.ack,
  fail: KIND.failAttempt,
  timeout: KIND.failAttempt,
  abandon: KIND.failAttempt,
  nack: KIND.nack,
  release: KIND.release,
};

/** Whether a call that threw this certainly changed nothing. */
function hadNoEffect(error: unknown): boolean {
  return error instanceof QuackmarkError && error.code !== "STORE_IN_DOUBT";
}

/** See the file's head. */
export function recordingStore<S extends Store>(store: S, recording: Recording): S {
  const recorded = new RecordedCalls(store, recording);
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(recorded, name);
      const [holder, value] =
        typeof own === "function" ? [recorded, own] : [target, Reflect.get(target, name)];
      // Bound: private fields belong to the object, not to what stands before it.
      return typeof value === "function" ? value.bind(holder) : value;
    },
  });
}

/** The calls that are written down. */
class RecordedCalls {
  readonly #store: Store;
  readonly #recording: Recording;
  #cancels = 0;

  constructor(store: Store, recording: Recording) {
    this.#store = store;
    this.#recording = recording;
  }

  async submit(submission: Submission, ...rest: Rest<"submit">): Promise<SubmitReceipt> {
    const op = this.#ask(KIND.submit, submission);
    const receipt = await this.#tell([op], this.#store.submit(submission, ...rest));
    const { firstJobId, runId } = receipt;
    this.#stored(op, consecutive(firstJobId, submission.nodeCount), runId);
    return receipt;
  }

  async enqueue(submission: Submission, ...rest: Rest<"enqueue">): Promise<EnqueueReceipt> {
    const replaces = rest[0] === "replace";
    // Which job is replaced, if any, is not told: a cancel that names none may have been of any.
    const cancels = replaces ? [this.#recorder.invoke(this.#caller, KIND.cancel)] : [];
    const op = this.#ask(KIND.enqueue, submission);
    const answer = this.#store.enqueue(submission, ...rest);
    if (replaces) this.#cancels++;
    const receipt = await this.#tell([...cancels, op], answer);
    for (const cancel of cancels) this.#recorder.info(cancel);
    const wanted = this.#recording.wanted();
    this.#stored(
      op,
      receipt.jobIds.map((id) => (wanted.knows(id) ? 0 : id)),
      0,
    );
    return receipt;
  }

  async claim(...args: Parameters<Store["claim"]>): Promise<readonly Claim[]> {
    const [queues, , workerId, , leaseMs] = args;
    const payload = queuesText(queues);
    const proc = this.#workerOrCaller(workerId);
    const op = this.#recorder.invoke(proc, KIND.claim, { value: leaseMs, payload });
    const before = this.#cancels;
    const claims = await this.#tell([op], this.#store.claim(...args));
    // What was cancelled before the claim was stored is not handed out, and so not named.
    if (this.#cancels !== before) this.#recorder.info(op);
    this.#recorder.ok(
      op,
      claims.map(({ jobId, attempt }) => ({ job: jobId, attempt })),
    );
    for (const claim of claims) this.#recording.claimed(claim, proc);
    const isWorker = this.#recording.procOf(workerId) > 0;
    if (claims.length === 0 && isWorker) this.#recorder.note(proc, KIND.idle, { payload });
    return claims;
  }

  /** One call for each outcome, all in one turn and so in one batch: so each has an answer of its own. */
  async settle(outcomes: readonly Outcome[], workerId: number, nowMs: number): Promise<Settled> {
    const proc = this.#workerOrCaller(workerId);
    const answers = outcomes.map(async (outcome) => {
      const { jobId, attempt, kind, payload, delayMs } = outcome;
      const row = { job: jobId, attempt, payload, ...(delayMs ? { value: delayMs } : {}) };
      const op = this.#recorder.invoke(proc, OUTCOME_KIND[kind], row);
      const settled = await this.#tell([op], this.#store.settle([outcome], workerId, nowMs));
      if (settled.applied > 0) this.#recorder.ok(op);
      else this.#recorder.fail(op);
      return settled;
    });
    const all = await Promise.all(answers);
    const sum = (of: (one: Settled) => number) => all.reduce((total, one) => total + of(one), 0);
    return { applied: sum(({ applied }) => applied), stale: sum(({ stale }) => stale) };
  }

  async cancel(filter: JobFilter, nowMs: number): Promise<number> {
    const { jobId } = filter;
    const ops = this.#invokeEach(KIND.cancel, jobId === undefined ? this.#jobsOf(filter) : [jobId]);
    this.#cancels++;
    const cancelled = await this.#tell(ops, this.#store.cancel(filter, nowMs));
    for (const op of ops) {
      // Which of several jobs were cancelled is not told.
      if (jobId === undefined) this.#recorder.info(op);
      else if (cancelled > 0) this.#recorder.ok(op);
      else this.#recorder.fail(op);
    }
    return cancelled;
  }

  async pause(queue: string, paused: boolean): Promise<void> {
    const kind = paused ? KIND.pause : KIND.resume;
    const op = this.#recorder.invoke(this.#caller, kind, {
      value: this.#recording.facts.queues.of(queue),
    });
    await this.#tell([op], this.#store.pause(queue, paused));
    this.#recorder.ok(op);
  }

  async expand(token: Token, submission: Submission, nowMs: number): Promise<number> {
    const { jobId, attempt } = token;
    const proc = this.#recording.holderOf(token);
    const nodes = this.#ask(KIND.submit, submission, proc);
    const op = this.#recorder.invoke(proc, KIND.expand, { job: jobId, attempt });
    const runId = await this.#tell([nodes, op], this.#store.expand(token, submission, nowMs));
    if (runId === 0) {
      this.#refused(nodes);
      this.#recorder.fail(op);
      return runId;
    }
    // The ids of its jobs are not told; a read will show them.
    this.#recording.wanted().joinedRun(nodes, runId);
    this.#recorder.info(nodes);
    this.#recorder.ok(op, { value: runId });
    return runId;
  }

  async addNodes(token: Token, submission: Submission, nowMs: number): Promise<number> {
    const op = this.#ask(KIND.submit, submission, this.#recording.holderOf(token));
    const first = await this.#tell([op], this.#store.addNodes(token, submission, nowMs));
    if (first === 0) this.#refused(op);
    else this.#stored(op, consecutive(first, submission.nodeCount), this.#runOf(token.jobId));
    return first;
  }

  get #recorder(): Recorder {
    return this.#recording.recorder();
  }

  get #caller(): number {
    return this.#recording.caller();
  }

  #workerOrCaller(workerId: number): number {
    return this.#recording.procOf(workerId) || this.#caller;
  }

  /** A call for jobs begins. */
  #ask(kind: number, submission: Submission, proc: number = this.#caller): number {
    const op = this.#recorder.invoke(proc, kind, { value: submission.nodeCount });
    this.#recording.wanted().ask(op, submission);
    return op;
  }

  #stored(op: number, ids: readonly number[], runId: number): void {
    this.#recording.wanted().answered(op, ids, runId);
    this.#recorder.ok(
      op,
      ids.filter((id) => id > 0).map((job) => ({ job })),
    );
  }

  #refused(op: number): void {
    this.#recorder.fail(op);
    this.#recording.wanted().refused(op);
  }

  #invokeEach(kind: number, jobs: readonly number[]): number[] {
    const proc = this.#caller;
    return jobs.map((job) => this.#recorder.invoke(proc, kind, { job }));
  }

  /** Passes an answer on; a failure is written down for each of the operations. */
  async #tell<T>(ops: readonly number[], answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      for (const op of ops) {
        if (hadNoEffect(error)) this.#refused(op);
        else this.#recorder.info(op);
      }
      throw error;
    }
  }

  #runOf(jobId: number): number {
    const { history, run } = this.#recording.facts;
    return run[history.jobs.of(jobId)] ?? 0;
  }

  #jobsOf({ runId, queue }: JobFilter): number[] {
    const { facts } = this.#recording;
    return this.#known(
      (job) =>
        (runId === undefined || facts.run[job] === runId) &&
        (queue === undefined || facts.queues.at(facts.queue[job] as number) === queue),
    );
  }

  #known(holds: (job: number) => boolean): number[] {
    const { history } = this.#recorder;
    const ids: number[] = [];
    for (let job = 0; job < history.jobs.size; job++)
      if ((this.#recording.facts.op[job] ?? -1) >= 0 && holds(job)) ids.push(history.jobId(job));
    return ids;
  }
}

function consecutive(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

type Rest<K extends "submit" | "enqueue"> =
  Parameters<Store[K]> extends [unknown, ...infer R] ? R : never;
