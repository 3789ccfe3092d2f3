/** The order in which a worker asks its queues: strict, as they are listed, or by weights. */
import { InputError } from "../lib/errors.ts";

/** A list asks each queue only when those before it are empty; weights share the claims, such as `{ mail: 3, bulk: 1 }`. */
export type QueueChoice = readonly string[] | Readonly<Record<string, number>>;

/** One claim: up to `limit` jobs of the queues, in their order. */
export interface ClaimShare {
  readonly queues: readonly string[];
  readonly limit: number;
}

/**
 * See the file's head. Weights are kept by smooth weighted round-robin over all claims of the worker; what an
 * empty queue leaves goes to the others, the heaviest first.
 */
export class QueueOrder {
  readonly #strict: readonly string[];
  readonly #weighted: {
    readonly queues: readonly string[];
    readonly weight: number;
    credit: number;
  }[];
  readonly #total: number;

  /** @throws InputError for no queue, a name that is empty, and a weight that is no whole number from 1 */
  constructor(choice: QueueChoice) {
    const isList = Array.isArray(choice);
    const weights: [string, number][] = isList
      ? []
      : Object.entries(choice as Record<string, number>);
    const names: readonly string[] = isList ? (choice as string[]) : weights.map(([name]) => name);
    if (names.length === 0 || names.some((name) => typeof name !== "string" || name === ""))
      throw new InputError("queues: name at least one queue, and no empty name");
    for (const [name, weight] of weights)
      if (!Number.isSafeInteger(weight) || weight < 1)
        throw new InputError(
          `queues: the weight ${weight} of ${name} is not a whole number from 1`,
        );
    const heaviest = [...weights].sort((a, b) => b[1] - a[1]).map(([name]) => name);
    this.#strict = names;
    this.#weighted = weights.map(([name, weight]) => ({
      queues: [name, ...heaviest.filter((other) => other !== name)],
      weight,
      credit: 0,
    }));
    this.#total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  }

  /** Claims by the shares; by weights there is a call for each queue, all in one turn, so in one commit. */
  async claim<Claim>(
    limit: number,
    claim: (queues: readonly string[], limit: number) => Promise<readonly Claim[]>,
  ): Promise<readonly Claim[]> {
    const claims = await Promise.all(
      this.shares(limit).map((share) => claim(share.queues, share.limit)),
    );
    return claims.length === 1 ? (claims[0] as readonly Claim[]) : claims.flat();
  }

  /** How a claim of `limit` jobs is shared out; the limits add up to it. */
  shares(limit: number): readonly ClaimShare[] {
    if (this.#weighted.length < 2) return [{ queues: this.#strict, limit }];
    const counts = this.#weighted.map(() => 0);
    for (let job = 0; job < limit; job++) {
      const place = this.#next();
      counts[place] = (counts[place] as number) + 1;
    }
    return this.#weighted.flatMap(({ queues }, place) =>
      counts[place] === 0 ? [] : [{ queues, limit: counts[place] as number }],
    );
  }

  #next(): number {
    let best = 0;
    this.#weighted.forEach((queue, place) => {
      queue.credit += queue.weight;
      if (queue.credit > (this.#weighted[best]?.credit as number)) best = place;
    });
    const chosen = this.#weighted[best];
    if (chosen !== undefined) chosen.credit -= this.#total;
    return best;
  }
}
