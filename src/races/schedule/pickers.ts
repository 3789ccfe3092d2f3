/**
 * The strategies that pick steps. Each is good at something else: a random walk at what any order shows, PCT
 * at what needs a few preemptions at the right place, the uniform walk at long threads, and the swap at
 * two steps that touch one job.
 */
import { SeededRandom } from "./seeded-random.ts";
import type { Picker, Step, Taken } from "./step.ts";

/** How often time passes although something could go on: a stall of the whole process. */
const STALL_CHANCE = 0.04;

/** Never preempts: goes on with whoever ran, else takes the oldest. */
export const inOrder: Picker = { pick: () => 0 };

/** How many steps could be taken without letting time pass. */
function awake(ready: readonly Step[]): number {
  const last = ready[ready.length - 1];
  return last?.due === false && ready.length > 1 ? ready.length - 1 : ready.length;
}

function stalls(random: SeededRandom, ready: readonly Step[]): boolean {
  return awake(ready) < ready.length && random.chance(STALL_CHANCE);
}

/** Any step that is ready, all alike. */
export function randomWalk(seed: number): Picker {
  const random = new SeededRandom(seed, "walk");
  return {
    pick: (ready) => (stalls(random, ready) ? ready.length - 1 : random.below(awake(ready))),
  };
}

/**
 * Probabilistic concurrency testing: threads have random priorities, and at `depth - 1` random places the
 * one that would run falls below all others. Finds a bug that needs `depth` ordered steps with a chance of
 * at least 1 / (threads x length^(depth - 1)).
 *
 * @param length steps of the case, measured before
 */
export function pct(seed: number, depth: number, length: number): Picker {
  const random = new SeededRandom(seed, `pct${depth}`);
  const priorities = new Map<string, number>();
  const changes = new Set(
    Array.from({ length: depth - 1 }, () => random.below(Math.max(1, length))),
  );
  let step = 0;
  const priorityOf = ({ owner }: Step): number => {
    let priority = priorities.get(owner);
    if (priority === undefined) {
      priority = random.next();
      priorities.set(owner, priority);
    }
    return priority;
  };
  const best = (ready: readonly Step[]): number => {
    let index = 0;
    for (let i = 1; i < awake(ready); i++)
      if (priorityOf(ready[i] as Step) > priorityOf(ready[index] as Step)) index = i;
    return index;
  };
  return {
    pick(ready) {
      const first = best(ready);
      if (!changes.has(step++)) return first;
      priorities.set((ready[first] as Step).owner, -step);
      return best(ready);
    },
  };
}

/**
 * A thread is picked in proportion to the steps that it has left, so that orders are drawn about alike.
 *
 * @param lengths steps of each thread, measured before
 */
export function uniformWalk(seed: number, lengths: ReadonlyMap<string, number>): Picker {
  const random = new SeededRandom(seed, "uniform");
  const done = new Map<string, number>();
  const left = ({ owner }: Step): number =>
    Math.max(1, (lengths.get(owner) ?? 2) - (done.get(owner) ?? 0));
  return {
    pick(ready) {
      if (stalls(random, ready)) return ready.length - 1;
      const open = ready.slice(0, awake(ready));
      let place = random.next() * open.reduce((sum, step) => sum + left(step), 0);
      let index = open.findIndex((step) => {
        place -= left(step);
        return place < 0;
      });
      if (index < 0) index = 0;
      const { owner } = open[index] as Step;
      done.set(owner, (done.get(owner) ?? 0) + 1);
      return index;
    },
  };
}

/** Takes given choices, then goes on in order: that is how they are written down, without the zeros at their end. */
export function replay(choices: readonly number[]): ReplayPicker {
  let [step, made] = [0, 0];
  return {
    get made() {
      return made;
    },
    pick(ready) {
      const choice = choices[step++] ?? 0;
      if (choice > 0 && choice < ready.length) made++;
      return choice;
    },
  };
}

/** See {@link replay}. */
interface ReplayPicker extends Picker {
  /** Choices of somebody else for which somebody was there, so far; in the end all of the list, or it is of another build. */
  readonly made: number;
}

/** Pairs further apart than this are no near miss. */
const NEAR_STEPS = 3;

/** Two steps of different threads that touched one job, close to each other. */
export interface NearMiss {
  readonly step: number;
  /** The thread that came second, and is to come first. */
  readonly owner: string;
}

/** The near misses of a run. */
export function nearMisses(taken: readonly Taken[]): NearMiss[] {
  const found: NearMiss[] = [];
  taken.forEach((first, step) => {
    if (first.job === 0) return;
    for (const second of taken.slice(step + 1, step + 1 + NEAR_STEPS))
      if (second.job === first.job && second.owner !== first.owner)
        found.push({ step, owner: second.owner });
  });
  return found;
}

/** As the run before, but at the near miss the other thread comes first. */
export function swapped(choices: readonly number[], { step: at, owner }: NearMiss): Picker {
  let step = 0;
  return {
    pick(ready) {
      const now = step++;
      if (now < at) return choices[now] ?? 0;
      if (now > at) return 0;
      const other = ready.findIndex((one) => one.owner === owner);
      return Math.max(other, 0);
    },
  };
}

/** Goes on in order, but for so many places at which somebody else goes first. */
export function fewPreemptions(seed: number, most: number, length: number): Picker {
  const random = new SeededRandom(seed, "few");
  const places = new Set(Array.from({ length: most }, () => random.below(Math.max(1, length))));
  let step = 0;
  return {
    pick: (ready) =>
      places.has(step++) && ready.length > 1 ? 1 + random.below(ready.length - 1) : 0,
  };
}
