/** The dependencies that were asked for, by child and by parent. */
import type { Facts } from "./facts.ts";

/** See the file's head. Parents of `child` are `parents[parentFirst[child]]` up to `parents[parentFirst[child + 1]]`. */
export class Graph {
  readonly parentFirst: Int32Array;
  readonly parents: Int32Array;
  readonly childFirst: Int32Array;
  readonly children: Int32Array;

  constructor(facts: Facts, jobs: number) {
    const children = facts.children.view();
    const parents = facts.parents.view();
    [this.parentFirst, this.parents] = grouped(children, parents, jobs);
    [this.childFirst, this.children] = grouped(parents, children, jobs);
  }

  /** How many parents a job has. */
  parentCount(job: number): number {
    return (this.parentFirst[job + 1] as number) - (this.parentFirst[job] as number);
  }

  /** A job's parents, without a copy. */
  parentsOf(job: number): Int32Array {
    return this.parents.subarray(this.parentFirst[job], this.parentFirst[job + 1]);
  }
}

/** Values by key, in their order: a counting sort. */
function grouped(
  keys: Int32Array,
  values: Int32Array,
  count: number,
): [first: Int32Array, values: Int32Array] {
  const first = new Int32Array(count + 2);
  for (const key of keys) first[key + 2] = (first[key + 2] as number) + 1;
  for (let n = 2; n < first.length; n++) first[n] = (first[n] as number) + (first[n - 1] as number);
  const sorted = new Int32Array(values.length);
  for (let n = 0; n < keys.length; n++) {
    const key = (keys[n] as number) + 1;
    const place = first[key] as number;
    first[key] = place + 1;
    sorted[place] = values[n] as number;
  }
  return [first.subarray(0, count + 1), sorted];
}
