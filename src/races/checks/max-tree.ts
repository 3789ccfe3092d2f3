/** The greatest value among the first so many places, where values only grow: a Fenwick tree. */

/** See the file's head. Each place starts at minus infinity. */
export class MaxTree {
  readonly #values: Float64Array;

  constructor(places: number) {
    this.#values = new Float64Array(places + 1).fill(Number.NEGATIVE_INFINITY);
  }

  /** Raises a place to a value. */
  raise(place: number, value: number): void {
    const values = this.#values;
    for (let at = place + 1; at < values.length; at += at & -at)
      if (value > (values[at] as number)) values[at] = value;
  }

  /** The greatest of the places below `places`. */
  below(places: number): number {
    let greatest = Number.NEGATIVE_INFINITY;
    for (let at = places; at > 0; at -= at & -at)
      greatest = Math.max(greatest, this.#values[at] as number);
    return greatest;
  }
}
