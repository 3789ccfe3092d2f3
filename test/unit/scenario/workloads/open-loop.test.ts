/** The generator of an open load, on a clock that the test holds. */
import { describe, expect, it } from "vitest";
import { sendOnSchedule } from "../../../../src/scenario/workloads/open-loop.ts";

/** Arrivals at 0, 10, 20 … 90 ms. */
const TIMES_MS = Float64Array.from({ length: 10 }, (_, i) => i * 10);

/** A clock that goes a step with every reading, and jumps once. */
function clock(stepMs: number, jump = { atMs: Number.POSITIVE_INFINITY, byMs: 0 }): () => number {
  let nowMs = 0;
  let jumped = false;
  return () => {
    nowMs += stepMs;
    if (!jumped && nowMs >= jump.atMs) {
      jumped = true;
      nowMs += jump.byMs;
    }
    return nowMs;
  };
}

describe("a generator", () => {
  it("sends every job at its time or after it, in order", async () => {
    const sent: [number, number][] = [];
    const count = await sendOnSchedule(
      {
        timesMs: TIMES_MS,
        endMs: 1000,
        send: (i, nowMs) => void sent.push([i, nowMs]),
        mayStart: () => true,
      },
      clock(4),
    );
    expect(count).toBe(10);
    expect(sent.map(([i]) => i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const [i, nowMs] of sent) expect(nowMs).toBeGreaterThanOrEqual(TIMES_MS[i] ?? Number.NaN);
  });

  it("that was held up sends what was due late, and none of it less", async () => {
    const sent: number[] = [];
    const send = (_: number, nowMs: number): void => void sent.push(nowMs);
    await sendOnSchedule(
      { timesMs: TIMES_MS, endMs: 1000, send, mayStart: () => true },
      clock(1, { atMs: 25, byMs: 500 }),
    );
    expect(sent).toHaveLength(10);
    // Three came before the stall, at 0, 10 and 20 ms; the rest at once after it.
    expect(sent.filter((nowMs) => nowMs < 100)).toHaveLength(3);
    expect(sent.filter((nowMs) => nowMs > 500)).toHaveLength(7);
  });

  it("stops at the end, and says how many it has sent", async () => {
    const count = await sendOnSchedule(
      { timesMs: TIMES_MS, endMs: 45, send: () => undefined, mayStart: () => true },
      clock(2),
    );
    expect(count).toBe(5);
  });

  it("starts no job while none may start, and what is left over is not sent", async () => {
    let sent = 0;
    const count = await sendOnSchedule(
      { timesMs: TIMES_MS, endMs: 60, send: () => void sent++, mayStart: () => sent < 3 },
      clock(2),
    );
    expect([count, sent]).toEqual([3, 3]);
  });

  it("that is late gives the loop back after a millisecond of sending, and tells how long it took", async () => {
    // A hundred jobs were due at once; sending one takes a quarter of a millisecond.
    let nowMs = 10;
    const bursts: number[] = [];
    let turns = 0;
    const turn = setInterval(() => turns++, 0);
    const count = await sendOnSchedule(
      {
        timesMs: new Float64Array(100),
        endMs: 1000,
        send: () => {
          nowMs += 0.25;
        },
        mayStart: () => true,
        onBurst: (tookMs) => bursts.push(tookMs),
      },
      () => nowMs,
    );
    clearInterval(turn);
    expect(count).toBe(100);
    // Five jobs pass the millisecond.
    expect(bursts).toEqual(Array.from({ length: 20 }, () => 1.25));
    expect(turns).toBeGreaterThan(0);
  });
});
