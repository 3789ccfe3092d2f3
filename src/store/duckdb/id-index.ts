/** Job id → slot, in pages of typed arrays: a Map would cost 45 MB per million ids and end at 2^24. */
const PAGE_IDS = 512;
const NONE = -1;

interface Page {
  readonly slots: Int32Array;
  live: number;
}

/** See the file's head. */
export class IdIndex {
  readonly #pages = new Map<number, Page>();

  /** The slot of an id, or -1. */
  get(id: number): number {
    const page = this.#pages.get(Math.floor(id / PAGE_IDS));
    return page === undefined ? NONE : (page.slots[id % PAGE_IDS] as number);
  }

  /** Records an id that was not there. */
  set(id: number, slot: number): void {
    const page = this.#pageOf(id);
    page.slots[id % PAGE_IDS] = slot;
    page.live++;
  }

  /** Records `count` ids from `first` on, none of which was there, for slots from `slot` on. */
  setRange(first: number, slot: number, count: number): void {
    for (let done = 0; done < count; ) {
      const page = this.#pageOf(first + done);
      const at = (first + done) % PAGE_IDS;
      const ids = Math.min(count - done, PAGE_IDS - at);
      for (let index = 0; index < ids; index++) page.slots[at + index] = slot + done + index;
      page.live += ids;
      done += ids;
    }
  }

  #pageOf(id: number): Page {
    const number = Math.floor(id / PAGE_IDS);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = { slots: new Int32Array(PAGE_IDS).fill(NONE), live: 0 };
      this.#pages.set(number, page);
    }
    return page;
  }

  /** Forgets an id that was there; a page without ids is given back. */
  delete(id: number): void {
    const number = Math.floor(id / PAGE_IDS);
    const page = this.#pages.get(number);
    if (page === undefined) return;
    page.slots[id % PAGE_IDS] = NONE;
    if (--page.live === 0) this.#pages.delete(number);
  }
}
