/**
 * The jobs that were asked for, and what becomes known of them: their ids with an answer, or, where the
 * answer was lost, when a read shows their names.
 */
import { triggerName } from "../../model/triggers.ts";
import type { Submission } from "../../store/store.ts";
import type { Facts } from "../history/facts.ts";
import { ruleOf } from "../history/trigger-table.ts";

/** Jobs of one call. */
interface Asked {
  readonly op: number;
  readonly submission: Submission;
  /** Ids by node; 0: not known. */
  readonly ids: number[];
  runId: number;
}

/** The name that a job's args carry. */
export function nameOf(args: string): string {
  const value: unknown = JSON.parse(args);
  return typeof value === "object" && value !== null && "name" in value ? String(value.name) : "";
}

/** See the file's head. */
export class WantedJobs {
  /** The newest id by the job's name in its case. */
  readonly idOf: Map<string, number> = new Map();
  readonly #facts: Facts;
  readonly #asked: Asked[] = [];
  readonly #known = new Set<number>();

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** Whether it is known which call asked for a job. */
  knows(jobId: number): boolean {
    return this.#known.has(jobId);
  }

  /** A call asks for jobs; the answer comes with {@link answered} or {@link joinedRun}. */
  ask(op: number, submission: Submission): void {
    const ids = new Array<number>(submission.nodeCount).fill(0);
    this.#asked.push({ op, submission, ids, runId: 0 });
  }

  /** The ids of the call's jobs; 0 for one that was not stored. */
  answered(op: number, ids: readonly number[], runId: number): void {
    const asked = this.#asked.find((one) => one.op === op);
    if (asked === undefined) return;
    asked.runId = runId;
    ids.forEach((id, node) => {
      if (id > 0) this.#know(asked, node, id);
    });
    this.#addEdges(asked);
  }

  /** The call's jobs are in this run; their ids are not told. */
  joinedRun(op: number, runId: number): void {
    const asked = this.#asked.find((one) => one.op === op);
    if (asked !== undefined) asked.runId = runId;
  }

  /** The call had no effect, so a job of it that shows up is a phantom. */
  refused(op: number): void {
    const index = this.#asked.findIndex((one) => one.op === op);
    if (index >= 0) this.#asked.splice(index, 1);
  }

  /** What a read shows (id, run_id, args with the job's name) names the jobs whose ids no answer told. */
  learn(stored: readonly Readonly<Record<string, unknown>>[]): void {
    const open = this.#asked.filter(({ ids }) => ids.some((id) => id === 0));
    for (const row of stored) {
      const [id, runId] = [Number(row["id"]), Number(row["run_id"])];
      if (this.knows(id)) continue;
      const name = nameOf(String(row["args"]));
      const found = open.find((asked) => this.#nodeFor(asked, name, runId) >= 0);
      if (found === undefined) continue;
      if (found.runId === 0) found.runId = runId;
      this.#know(found, this.#nodeFor(found, name, runId), id);
    }
    for (const asked of open) this.#addEdges(asked);
  }

  #nodeFor({ submission, ids, runId }: Asked, name: string, jobRun: number): number {
    if (runId !== 0 && runId !== jobRun) return -1;
    return submission.args.findIndex((args, node) => ids[node] === 0 && nameOf(args) === name);
  }

  #know(asked: Asked, node: number, id: number): void {
    const { submission: s, op, runId } = asked;
    asked.ids[node] = id;
    this.#known.add(id);
    const name = nameOf(s.args[node] as string);
    this.idOf.set(name, id);
    this.#facts.history.jobNames.set(id, name);
    const { uniqueKey, limitKey } = s.options.get(node) ?? {};
    this.#facts.addJob({
      id,
      run: runId,
      op,
      queue: s.queues.at(node),
      priority: s.priorities[node] as number,
      rule: ruleOf(triggerName(s.rules[node] as number)),
      maxAttempts: s.maxAttempts[node] as number,
      timeoutMs: s.timeoutsMs[node] as number,
      ...(s.runAtMs === null ? {} : { runAtMs: s.runAtMs[node] as number }),
      ...(uniqueKey === undefined ? {} : { uniqueKey }),
      ...(limitKey === undefined ? {} : { limitKey }),
    });
  }

  /** Edges among the jobs of a call, and to jobs that were there before. */
  #addEdges({ submission: s, ids }: Asked): void {
    const add = (child: number, parent: number): void => {
      if (child > 0 && parent > 0) this.#facts.addEdge(child, parent);
    };
    s.children.forEach((child, edge) => {
      add(ids[child] as number, ids[s.parents[edge] as number] as number);
    });
    s.outside.children.forEach((child, edge) => {
      add(ids[child] as number, s.outside.parentIds[edge] as number);
    });
  }
}
