/** Forward edges as one appendable list per parent: serves submits and later additions alike, without a rebuild. */
import { grown } from "../../lib/grown.ts";

const NONE = -1;

/** See the file's head. Parents hold the `first` edge themselves; an edge is freed as it is walked. */
export class EdgeList {
  #child = new Int32Array(1024);
  #next = new Int32Array(1024);
  #used = 0;
  #free = NONE;

  /** Adds an edge to `child` before the list that begins at `first`; returns the new first edge. */
  add(first: number, child: number): number {
    let edge = this.#free;
    if (edge === NONE) {
      if (this.#used === this.#child.length) this.#grow();
      edge = this.#used++;
    } else {
      this.#free = this.#next[edge] as number;
    }
    this.#child[edge] = child;
    this.#next[edge] = first;
    return edge;
  }

  /** The child of an edge. */
  child(edge: number): number {
    return this.#child[edge] as number;
  }

  /** Frees an edge and returns the one behind it, or -1. */
  take(edge: number): number {
    const next = this.#next[edge] as number;
    this.#next[edge] = this.#free;
    this.#free = edge;
    return next;
  }

  #grow(): void {
    const capacity = this.#child.length * 2;
    this.#child = grown(this.#child, capacity);
    this.#next = grown(this.#next, capacity);
  }
}
