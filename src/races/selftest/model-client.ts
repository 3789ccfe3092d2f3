/** A client of the model queue: submits, enqueues, cancels and reads, until it has nothing more to ask. */
import { STATE } from "../../model/job.ts";
import { type EventRow, KIND } from "../history/event.ts";
import { type Answer, NO, yes } from "./draft-writer.ts";
import { allRows, rowOf, runRows } from "./model-reads.ts";
import type { Actor, Stage } from "./model-worker.ts";
import { randomSpec, randomSpecs } from "./random-specs.ts";

/** What a story is about, beside ordinary work. */
export interface Flavour {
  readonly cancels: boolean;
  readonly redrives: boolean;
  readonly purges: boolean;
  readonly crashes: boolean;
}

const MOST_NODES = 6;
const MOST_TOGETHER = 4;
const KEYS = 3;

/** See the file's head. */
export class ModelClient implements Actor {
  readonly #stage: Stage;
  readonly #proc: number;
  readonly #flavour: Flavour;
  readonly #next: (() => void)[] = [];
  #left: number;

  constructor(stage: Stage, proc: number, flavour: Flavour, calls: number) {
    this.#stage = stage;
    this.#proc = proc;
    this.#flavour = flavour;
    this.#left = calls;
  }

  /** Calls that it has not begun. */
  get left(): number {
    return this.#left;
  }

  get isThrough(): boolean {
    return this.#left === 0 && this.#next.length === 0;
  }

  isDue(): boolean {
    return false;
  }

  turn(): void {
    const step = this.#next.shift();
    if (step !== undefined) step();
    else if (this.#left > 0) {
      this.#left--;
      this.#stage.random.pick(this.#choices())();
    }
  }

  #choices(): (() => void)[] {
    const { cancels, redrives, purges } = this.#flavour;
    const submit = (): void => this.#submit();
    const enqueue = (): void => this.#enqueue();
    return [
      ...[submit, submit, submit, enqueue, enqueue, enqueue],
      ...[() => this.#readSome(), () => this.#readAll(), () => this.#readRun()],
      ...(cancels ? [() => this.#act(KIND.cancel, () => true)] : []),
      ...(redrives ? [() => this.#act(KIND.redrive, (state) => state === STATE.failed)] : []),
      ...(purges ? [() => this.#act(KIND.purge, (state) => state === STATE.done)] : []),
    ];
  }

  #call(kind: number, row: EventRow, effect: () => Answer): void {
    const { writer } = this.#stage;
    const call = writer.invoke(this.#proc, kind, row);
    let answer = NO;
    this.#next.push(
      () => {
        answer = effect();
      },
      () => writer.answer(call, answer),
    );
  }

  #submit(): void {
    const { random, writer } = this.#stage;
    this.#store(
      KIND.submit,
      randomSpecs(random, random.between(2, MOST_NODES), null, writer.nowMs),
    );
  }

  #enqueue(): void {
    const { random, writer } = this.#stage;
    const spec = (): ReturnType<typeof randomSpec> => randomSpec(random, null, writer.nowMs);
    if (random.chance(0.3))
      this.#store(KIND.enqueue, [{ ...spec(), uniqueKey: `key ${random.below(KEYS)}` }]);
    else this.#store(KIND.enqueue, Array.from({ length: random.between(1, MOST_TOGETHER) }, spec));
  }

  /** What the answer tells is known for certain; what is stored without one, a later read tells. */
  #store(kind: number, specs: ReturnType<typeof randomSpecs>): void {
    const { writer, queue } = this.#stage;
    const call = writer.invoke(this.#proc, kind, { value: specs.length });
    let answer = NO;
    this.#next.push(
      () => {
        const ids = queue.accept(specs, kind === KIND.submit);
        writer.asked(call, ids);
        if (ids.length > 0) answer = yes(...ids.map((job) => ({ job })));
      },
      () => writer.answer(call, answer),
    );
  }

  #readAll(): void {
    this.#call(KIND.readAll, {}, () => yes(...allRows(this.#stage.queue)));
  }

  #readSome(): void {
    const { queue, random } = this.#stage;
    const ids = [...queue.jobs.keys()].filter(() => random.chance(0.3));
    this.#call(KIND.read, {}, () => yes(...ids.map((id) => rowOf(queue, id))));
  }

  #readRun(): void {
    const { queue, random } = this.#stage;
    const runs = [...queue.runs.keys()];
    if (runs.length === 0) return;
    const value = random.pick(runs);
    this.#call(KIND.readRun, { value }, () => yes(...runRows(queue, value)));
  }

  /** Something done to one job of those in a state. */
  #act(kind: number, suits: (state: number) => boolean): void {
    const { queue, random } = this.#stage;
    const jobs = [...queue.jobs.values()].filter(({ state }) => suits(state));
    if (jobs.length === 0) return;
    const { id } = random.pick(jobs);
    const done = (): boolean => {
      if (kind === KIND.cancel) return queue.cancel(id);
      return kind === KIND.redrive ? queue.redrive(id) : queue.purge(id);
    };
    this.#call(kind, { job: id }, () => (done() ? yes() : NO));
  }
}
