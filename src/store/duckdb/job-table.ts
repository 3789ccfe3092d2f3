/** The live jobs: columns by slot, found by id. */
import { STATE } from "../../model/job.ts";
import type { Submission } from "../store.ts";
import { IdIndex } from "./id-index.ts";
import { JobColumns } from "./job-columns.ts";
import { Names } from "./names.ts";

/** The immutable facts of a job. */
export interface JobFacts {
  readonly id: number;
  readonly runId: number;
  readonly queue: string;
  readonly task: string;
  /** JSON text. */
  readonly args: string;
  readonly priority: number;
  readonly rule: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  /** Not before, in milliseconds since the epoch. */
  readonly runAtMs: number;
}

/** See the file's head. */
export class JobTable extends JobColumns {
  readonly queues: Names = new Names();
  readonly tasks: Names = new Names();
  readonly #slots = new IdIndex();
  /** Live jobs by number of their queue. */
  readonly #live: number[] = [];

  /** Adds a blocked job without parents; returns its slot. The facts are not kept. */
  add(job: JobFacts): number {
    const slot = this.allocate();
    this.id[slot] = job.id;
    this.run[slot] = job.runId;
    this.state[slot] = STATE.blocked;
    this.priority[slot] = job.priority;
    this.rule[slot] = job.rule;
    this.attempt[slot] = 0;
    this.tries[slot] = 0;
    this.maxAttempts[slot] = job.maxAttempts;
    this.timeoutMs[slot] = job.timeoutMs;
    this.pending[slot] = 0;
    this.parents[slot] = 0;
    this.failedParents[slot] = 0;
    this.skippedParents[slot] = 0;
    this.hasChildren[slot] = 0;
    this.firstEdge[slot] = -1;
    this.atMs[slot] = job.runAtMs;
    this.flags[slot] = 0;
    this.queue[slot] = this.queues.number(job.queue);
    this.lives(slot);
    this.task[slot] = this.tasks.number(job.task);
    this.args[slot] = job.args;
    this.#slots.set(job.id, slot);
    return slot;
  }

  /**
   * Adds the jobs of a submission, blocked and without parents, in columns as they came.
   *
   * @returns their slots by node
   */
  addAll(s: Submission, runId: number, firstJobId: number, nowMs: number): Int32Array {
    const slots = new Int32Array(s.nodeCount);
    const first = this.allocateBlock(s.nodeCount);
    for (let node = 0; node < s.nodeCount; node++) slots[node] = first + node;
    if (first >= 0) this.#fillBlock(s, runId, firstJobId, nowMs, first);
    else {
      this.reserve(s.nodeCount);
      for (let node = 0; node < s.nodeCount; node++)
        slots[node] = this.add(factsOf(s, node, runId, firstJobId, nowMs));
    }
    return slots;
  }

  /** The columns of new slots; what is 0 for a new job is 0 already. */
  #fillBlock(s: Submission, runId: number, firstJobId: number, nowMs: number, first: number): void {
    const { nodeCount } = s;
    const end = first + nodeCount;
    this.run.fill(runId, first, end);
    this.state.fill(STATE.blocked, first, end);
    this.firstEdge.fill(-1, first, end);
    this.priority.set(s.priorities, first);
    this.rule.set(s.rules, first);
    this.maxAttempts.set(s.maxAttempts, first);
    this.timeoutMs.set(s.timeoutsMs, first);
    if (s.runAtMs === null) this.atMs.fill(nowMs, first, end);
    else this.atMs.set(s.runAtMs, first);
    this.queue.set(
      s.queues.numbers((name) => this.queues.number(name)),
      first,
    );
    this.task.set(
      s.tasks.numbers((name) => this.tasks.number(name)),
      first,
    );
    for (let node = 0; node < nodeCount; node++) {
      this.id[first + node] = firstJobId + node;
      this.args[first + node] = s.args[node] as string;
      this.lives(first + node);
    }
    this.#slots.setRange(firstJobId, first, nodeCount);
  }

  /** A job lives, or lives again. */
  lives(slot: number): void {
    const queue = this.queue[slot] as number;
    this.#live[queue] = (this.#live[queue] ?? 0) + 1;
  }

  /** A job has ended. */
  dies(slot: number): void {
    const queue = this.queue[slot] as number;
    this.#live[queue] = (this.#live[queue] ?? 0) - 1;
  }

  /** Live jobs of a queue, in whatever state. */
  liveIn(queue: string): number {
    return this.#live[this.queues.number(queue)] ?? 0;
  }

  /** The slot of a live job, or -1. */
  slotOf(id: number): number {
    return this.#slots.get(id);
  }

  /** Forgets a job; its slot may be given to another. */
  free(slot: number): void {
    this.#slots.delete(this.id[slot] as number);
    this.release(slot);
  }
}

function factsOf(
  s: Submission,
  node: number,
  runId: number,
  firstJobId: number,
  nowMs: number,
): JobFacts {
  return {
    id: firstJobId + node,
    runId,
    queue: s.queues.at(node),
    task: s.tasks.at(node),
    args: s.args[node] as string,
    priority: s.priorities[node] as number,
    rule: s.rules[node] as number,
    maxAttempts: s.maxAttempts[node] as number,
    timeoutMs: s.timeoutsMs[node] as number,
    runAtMs: s.runAtMs?.[node] ?? nowMs,
  };
}
