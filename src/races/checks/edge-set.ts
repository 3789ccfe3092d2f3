/** A set of pairs of whole numbers, without an object for each. */

const EMPTY = -1;

/** See the file's head. */
export class EdgeSet {
  readonly #children: Int32Array;
  readonly #parents: Int32Array;
  readonly #mask: number;

  /** Holds up to `most` pairs. */
  constructor(most: number) {
    let capacity = 16;
    while (capacity < 2 * most) capacity *= 2;
    this.#children = new Int32Array(capacity).fill(EMPTY);
    this.#parents = new Int32Array(capacity);
    this.#mask = capacity - 1;
  }

  /** Adds a pair; false where it was there. */
  add(child: number, parent: number): boolean {
    const place = this.#place(child, parent);
    if (this.#children[place] !== EMPTY) return false;
    this.#children[place] = child;
    this.#parents[place] = parent;
    return true;
  }

  /** Whether a pair is there. */
  has(child: number, parent: number): boolean {
    return this.#children[this.#place(child, parent)] !== EMPTY;
  }

  /** Where a pair is, or would go. */
  #place(child: number, parent: number): number {
    let place = (Math.imul(child, 0x9e3779b1) ^ Math.imul(parent, 0x85ebca6b)) & this.#mask;
    while (this.#children[place] !== EMPTY) {
      if (this.#children[place] === child && this.#parents[place] === parent) return place;
      place = (place + 1) & this.#mask;
    }
    return place;
  }
}
