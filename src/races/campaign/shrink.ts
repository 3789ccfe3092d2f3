/**
 * Makes a finding small enough to read: takes parts of the case away, then preemptions of the schedule, as
 * long as the same anomaly stays first.
 */
import type { RaceCase } from "../cases/race-case.ts";
import { Follower, goesOn } from "../schedule/follow.ts";
import { fewPreemptions, randomWalk, replay } from "../schedule/pickers.ts";
import type { Picker, Taken } from "../schedule/step.ts";
import { type Judged, judgeCase, type RaceFinding } from "./judge.ts";
import type { Replay } from "./seed-line.ts";
import { smallerCases } from "./smaller-cases.ts";

/** What is left of a finding. */
export interface Shrunk extends Replay {
  readonly finding: RaceFinding;
  readonly jobs: number;
  readonly workers: number;
  readonly preemptions: number;
  /** Runs that it took. */
  readonly runs: number;
  /** Of {@link REPLAYS} replays, those that showed the same anomaly first. */
  readonly replayed: number;
}

/** How often a shrunk finding is replayed before it is told. */
export const REPLAYS = 20;

/** Other schedules that a smaller case is tried under, where the old one shows nothing. */
const WALKS = 1;

/** So many preemptions people can follow. */
const FEW = 3;

/** Of the time, so much is for parts: preemptions are what people read last, and they need some too. */
const PARTS_SHARE = 0.5;

/**
 * See the file's head. `spent` tells how much of its time is over, 1 for all, which ends the search early; what was
 * found so far is good.
 */
export async function shrink(
  found: Replay,
  finding: RaceFinding,
  spent: () => number,
): Promise<Shrunk> {
  const search = new Search(finding, found, spent);
  await search.dropParts(PARTS_SHARE, WALKS);
  await search.dropPreemptions();
  // Other schedules would bring preemptions back.
  await search.dropParts(1, 0);
  await search.dropPreemptions();
  await search.findFewer();
  return search.result();
}

class Search {
  readonly #id: string;
  readonly #spent: () => number;
  #best: Replay;
  /** How the best one went, once it has been run. */
  #order: readonly Taken[] = [];
  #finding: RaceFinding;
  #runs = 0;

  constructor(finding: RaceFinding, found: Replay, spent: () => number) {
    this.#id = finding.id;
    this.#finding = finding;
    this.#best = found;
    this.#spent = spent;
  }

  /** One part after the other, again and again, until none can go. What could not go is asked again in the next round. */
  async dropParts(share: number, walks: number): Promise<void> {
    for (let changed = true; changed; ) {
      changed = false;
      for (let kept = 0; ; ) {
        const dropped = await this.#dropOne(kept, share, walks);
        if (dropped === null) break;
        kept = dropped;
        changed = true;
      }
    }
  }

  /** Tries the parts after the first `from`; returns the place of the one that went, null for none. */
  async #dropOne(from: number, share: number, walks: number): Promise<number | null> {
    let place = 0;
    for (const smaller of smallerCases(this.#best.raceCase)) {
      if (place++ < from) continue;
      if (this.#spent() >= share) return null;
      if (await this.#accepts(smaller, walks)) return place - 1;
    }
    return null;
  }

  /**
   * Halves, quarters … of the steps at which somebody else went first, then one by one: there whoever ran last goes on for
   * as long as it can, and the others follow as they did.
   */
  async dropPreemptions(): Promise<void> {
    await this.#dropChoices();
    for (let step = this.#order.length - 1; step >= 0 && this.#spent() < 1; step--)
      if ((this.#order[step]?.choice ?? 0) > 0)
        await this.#tries(this.#best.raceCase, goesOn(this.#order, step), this.#preemptions);
  }

  /** Other schedules of the same case with few preemptions, where too many are left. */
  async findFewer(): Promise<void> {
    for (let seed = 1; this.#preemptions > FEW && this.#spent() < 1; seed++) {
      const picker = fewPreemptions(seed, 1 + (seed % FEW), this.#order.length);
      await this.#tries(this.#best.raceCase, picker, this.#preemptions);
    }
  }

  get #preemptions(): number {
    return preemptionsOf(this.#best);
  }

  async #dropChoices(): Promise<void> {
    const places = (): number[] =>
      this.#best.choices.flatMap((choice, step) => (choice > 0 ? [step] : []));
    for (let size = Math.ceil(places().length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let from = places().length - size; from >= 0 && this.#spent() < 1; from -= size) {
        const drop = new Set(places().slice(from, from + size));
        const choices = this.#best.choices.map((choice, step) => (drop.has(step) ? 0 : choice));
        await this.#tries(this.#best.raceCase, replay(choices));
      }
    }
  }

  async result(): Promise<Shrunk> {
    let replayed = 0;
    for (let n = 0; n < REPLAYS; n++) {
      const { findings } = await judgeCase(this.#best.raceCase, replay(this.#best.choices));
      if (findings[0]?.id === this.#id) replayed++;
    }
    const { raceCase } = this.#best;
    return {
      ...this.#best,
      finding: this.#finding,
      jobs: jobsOf(raceCase),
      workers: raceCase.workers.length,
      preemptions: this.#preemptions,
      runs: this.#runs,
      replayed,
    };
  }

  /** A smaller case may need another schedule for the same anomaly. */
  async #accepts(smaller: RaceCase, walks: number): Promise<boolean> {
    if (await this.#tries(smaller, replay([]))) return true;
    const known = this.#order.length === 0 ? replay(this.#best.choices) : new Follower(this.#order);
    if (await this.#tries(smaller, known)) return true;
    for (let seed = 1; seed <= walks; seed++)
      if (await this.#tries(smaller, randomWalk(seed))) return true;
    return false;
  }

  /** Accepts what shows the same anomaly first, with less than so many preemptions. */
  async #tries(raceCase: RaceCase, picker: Picker, below = Infinity): Promise<boolean> {
    this.#runs++;
    const { findings, choices, taken } = await judgeOrNothing(raceCase, picker);
    const finding = findings[0];
    if (finding?.id !== this.#id || preemptionsOf({ choices }) >= below) return false;
    this.#order = taken;
    this.#best = { raceCase, choices: withoutTail(choices) };
    this.#finding = finding;
    return true;
  }
}

/** A case that was cut in the wrong place (a cycle, an unknown parent) shows nothing. */
async function judgeOrNothing(
  raceCase: RaceCase,
  picker: Picker,
): Promise<Pick<Judged, "findings" | "choices" | "taken">> {
  try {
    return await judgeCase(raceCase, picker);
  } catch {
    return { findings: [], choices: [], taken: [] };
  }
}

function preemptionsOf({ choices }: Pick<Replay, "choices">): number {
  return choices.filter((choice) => choice > 0).length;
}

function withoutTail(choices: readonly number[]): number[] {
  let length = choices.length;
  while (length > 0 && choices[length - 1] === 0) length--;
  return choices.slice(0, length);
}

function jobsOf({ clients }: RaceCase): number {
  let jobs = 0;
  for (const { ops } of clients)
    for (const op of ops) {
      if (op.op === "enqueue") jobs += op.jobs.length;
      if (op.op === "submit") jobs += op.nodes.length;
    }
  return jobs;
}
