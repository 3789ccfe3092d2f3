/** Ready jobs by queue, best first: higher priority, then lower id. */
import { NumberHeap } from "../../lib/number-heap.ts";
import { MAX_PRIORITY } from "../../model/job.ts";

/** Ids stay below this, so that a priority and an id share one exact number. */
const ID_LIMIT = 2 ** 46;

/** See the file's head. Queues are known by small numbers. */
export class ReadyQueues {
  readonly #heaps: NumberHeap[] = [];

  /** Adds a job. O(log n). */
  push(queue: number, priority: number, id: number, slot: number): void {
    let heap = this.#heaps[queue];
    if (heap === undefined) {
      heap = new NumberHeap();
      this.#heaps[queue] = heap;
    }
    heap.push((MAX_PRIORITY - priority) * ID_LIMIT + id, slot);
  }

  /**
   * Takes the best slot of a queue, or -1. An entry whose job is no longer ready (cancelled, or its
   * slot has another job by now) is dropped here, not searched for when that happens.
   */
  take(queue: number, isReady: (slot: number, id: number) => boolean): number {
    const heap = this.#heaps[queue];
    while (heap !== undefined && heap.size > 0) {
      const slot = heap.minValue;
      const id = heap.minKey % ID_LIMIT;
      heap.pop();
      if (isReady(slot, id)) return slot;
    }
    return -1;
  }
}
