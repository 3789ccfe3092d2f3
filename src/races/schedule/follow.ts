/**
 * Follows an order that was recorded elsewhere, such as in real time: of the steps that are ready, takes the one that
 * came first there. A step is known by whose it is and how many of the same it has passed, so that a thread that does a
 * little more or less than it did leaves the others where they were.
 */
import { type Passed, type Picker, type Step, threadOf } from "./step.ts";

/** A step that the order does not tell of comes when nothing else can. */
const NOWHERE = Number.POSITIVE_INFINITY;

/** See the file's head. */
export class Follower implements Picker {
  readonly #order: readonly Passed[];
  /** Of each thread, the places of its steps that are still to come, the next one last. */
  readonly #toCome = new Map<string, number[]>();
  #followed = 0;
  #reached = 0;

  constructor(order: readonly Passed[]) {
    this.#order = order;
    for (let place = order.length - 1; place >= 0; place--) {
      const thread = threadOf(order[place] as Passed);
      const places = this.#toCome.get(thread);
      if (places === undefined) this.#toCome.set(thread, [place]);
      else places.push(place);
    }
  }

  /** Steps of the order that were taken as it tells. */
  get followed(): number {
    return this.#followed;
  }

  /** Where the order was left: what comes behind was not asked for. */
  get reached(): number {
    return this.#reached;
  }

  pick(ready: readonly Step[]): number {
    let best = 0;
    let bestPlace = NOWHERE;
    const before = new Map<string, number>();
    for (const [index, step] of ready.entries()) {
      const thread = threadOf(step);
      const nth = before.get(thread) ?? 0;
      before.set(thread, nth + 1);
      const place = step.due ? this.#placeOf(step, nth) : this.#placeInTime(step, bestPlace);
      if (place >= bestPlace) continue;
      best = index;
      bestPlace = place;
    }
    const places = this.#placesOf(ready[best] as Step);
    const place = places.pop();
    if (place === undefined) return best;
    this.#followed++;
    this.#reached = Math.max(this.#reached, place + 1);
    return best;
  }

  /** Of several steps of one thread, the one that was taken; or any, where that is not there. */
  #placeOf(step: Step, nth: number): number {
    const places = this.#placesOf(step);
    const place = places[places.length - 1] ?? NOWHERE;
    return nth === (this.#order[place]?.nth ?? 0) ? place : place + 1 / 4;
  }

  /** Time passes to where the order says that it had passed before the others went on. */
  #placeInTime({ atMs }: Step, bestPlace: number): number {
    const nextMs = this.#order[Math.floor(bestPlace)]?.nowMs;
    return nextMs !== undefined && atMs <= nextMs ? bestPlace - 1 / 2 : NOWHERE;
  }

  #placesOf(step: Step): number[] {
    return (
      this.#toCome.get(threadOf(step)) ?? this.#toCome.get(threadOf({ ...step, owner: "" })) ?? []
    );
  }
}

/** As an order tells, but at one step whoever ran last goes on for as long as it can. */
export function goesOn(order: readonly Passed[], at: number): Picker {
  const follower = new Follower(order);
  let step = 0;
  let owner: string | null = null;
  return {
    pick(ready) {
      const now = step++;
      const first = ready[0] as Step;
      if (now === at) ({ owner } = first);
      if (now < at || first.owner !== owner || !first.due) {
        if (now > at) owner = null;
        return follower.pick(ready);
      }
      follower.pick([first]);
      return 0;
    },
  };
}
