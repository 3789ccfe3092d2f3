/** Checks about intervals against oracles that try everything, on histories that nobody made up. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkHistory } from "../../../../src/races/checks/check-history.ts";
import { KIND } from "../../../../src/races/history/event.ts";
import { type Call, isExplained, playSteps, type Step } from "../../../support/races/one-job.ts";
import { story } from "../../../support/races/story.ts";

const LEASE_MS = 100;
const RUNS = Number(process.env["ORACLE_RUNS"] ?? 3_000);

const stepsOf = (
  kinds: readonly Call["kind"][],
  answers: readonly Call["answer"][],
  maxLength: number,
): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      waitMs: fc.constantFrom(0, 1, 10, 40, 60),
      begins: fc.boolean(),
      which: fc.nat(3),
      kind: fc.constantFrom(...kinds),
      attempt: fc.integer({ min: 1, max: 3 }),
      value: fc.constantFrom(30, LEASE_MS),
      answer: fc.constantFrom(...answers),
    }),
    { minLength: 4, maxLength },
  );

test("what any order of the calls explains is no alarm of O1 to O4, J5, J9 or D3", () => {
  let explained = 0;
  fc.assert(
    fc.property(
      stepsOf(
        ["claim", "claim", "claim", "heartbeat", "nack", "fail", "ack", "cancel", "start", "end"],
        ["ok", "ok", "ok", "info", "never", "fail"],
        12,
      ),
      (steps) => {
        const played = playSteps(steps, LEASE_MS);
        if (!isExplained(played.calls)) return;
        explained++;
        expect(played.alarms(["O1", "O2", "O3", "O4", "J5", "J9", "D3"])).toEqual([]);
      },
    ),
    { numRuns: RUNS },
  );
  // The property would hold of checks that are asked nothing.
  expect(explained).toBeGreaterThan(300);
});

test("two claims are a double claim exactly where no order of the calls explains them", () => {
  fc.assert(
    fc.property(stepsOf(["claim"], ["ok"], 6), (drawn) => {
      const steps = drawn.map((step) => ({ ...step, value: LEASE_MS }));
      const played = playSteps(steps, LEASE_MS);
      const claims = played.calls.filter(({ ret }) => Number.isFinite(ret.ms));
      if (claims.length !== 2 || played.calls.length !== 2) return;
      const numbered = claims.map((call, index) => ({ ...call, attempt: index + 1 }));
      const swapped = claims.map((call, index) => ({ ...call, attempt: 2 - index }));
      const explained = isExplained(numbered) || isExplained(swapped);
      expect(played.alarms(["O1"]).length > 0).toBe(!explained);
    }),
    { numRuns: RUNS },
  );
});

test("a handler starts beside another exactly where no order explains it: O2", () => {
  const claimed = (attempt: number, value: number): Step => {
    return { waitMs: 0, begins: true, which: 0, kind: "claim", attempt, value, answer: "ok" };
  };
  const answered: Step = { ...claimed(0, 0), begins: false };
  fc.assert(
    fc.property(
      fc.constantFrom(30, LEASE_MS),
      stepsOf(["start", "end", "heartbeat"], ["ok", "info"], 8),
      (value, steps) => {
        const first = steps.map((step) => ({ ...step, attempt: 1 }));
        const second: Step = { ...claimed(2, LEASE_MS), kind: "start", waitMs: 5 };
        const all = [claimed(1, value), answered, ...first, second];
        const played = playSteps(all, LEASE_MS);
        if (isExplained(played.calls)) expect(played.alarms(["O2"])).toEqual([]);
        // Without the last start the rest is fine, so the start is what cannot be.
        else if (isExplained(played.calls.slice(0, -1)))
          expect(played.alarms(["O2"])).toHaveLength(1);
      },
    ),
    { numRuns: RUNS },
  );
});

test("J9 speaks exactly of claims that were answered before the job was due", () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.nat(50),
      fc.nat(50),
      fc.nat(50),
      (runAtMs, claimMs, delayMs, againMs) => {
        const { recorder, facts, wait } = story({ drained: false });
        const submit = recorder.invoke(1, KIND.enqueue, { value: 1 });
        facts.addJob({ id: 7, op: submit, runAtMs });
        recorder.ok(submit, { job: 7 });
        const first = recorder.invoke(2, KIND.claim);
        wait(claimMs);
        recorder.ok(first, { job: 7, attempt: 1 });
        const nack = recorder.invoke(2, KIND.nack, { job: 7, attempt: 1, value: delayMs });
        wait(againMs);
        recorder.ok(nack);
        recorder.ok(recorder.invoke(2, KIND.claim), { job: 7, attempt: 2 });
        const early = Number(claimMs < runAtMs) + Number(againMs < delayMs);
        const { counts } = checkHistory(recorder.history, facts, { only: ["J9"] });
        expect(counts.J9 ?? 0).toBe(early);
      },
    ),
  );
});

interface Span {
  readonly job: number;
  readonly from: number;
  readonly to: number;
  readonly isSettled: boolean;
}

/** Each job is claimed at `from`, and settled at `to` where it is not left to its lease; the ends of a moment come first. */
function playSpans(spans: readonly Span[], limit: number): number {
  const { recorder, facts, wait } = story({ drained: false, concurrency: { k: limit } });
  const submit = recorder.invoke(1, KIND.enqueue, { value: spans.length });
  for (const { job } of spans) facts.addJob({ id: job, op: submit, limitKey: "k" });
  recorder.ok(
    submit,
    spans.map(({ job }) => ({ job })),
  );
  for (let ms = 0; ms <= 240; ms++) {
    for (const { job } of spans.filter(({ isSettled, to }) => isSettled && to === ms))
      recorder.ok(recorder.invoke(2, KIND.ack, { job, attempt: 1 }));
    for (const { job } of spans.filter(({ from }) => from === ms))
      recorder.ok(recorder.invoke(2, KIND.claim), { job, attempt: 1 });
    wait(1);
  }
  return checkHistory(recorder.history, facts, { only: ["F6"] }).counts.F6 ?? 0;
}

test("F6 speaks exactly where more jobs than the limit are in flight at some moment", () => {
  const LIMIT = 2;
  const drawn = fc.array(fc.tuple(fc.nat(130), fc.integer({ min: 1, max: 60 }), fc.boolean()), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(drawn, (tuples) => {
      const spans = tuples.map(([from, length, isSettled], index): Span => {
        return { job: index + 1, from, to: from + (isSettled ? length : LEASE_MS), isSettled };
      });
      const inFlight = (ms: number): number =>
        spans.filter(({ from, to }) => from <= ms && ms < to).length;
      const most = Math.max(...Array.from({ length: 131 }, (_, ms) => inFlight(ms)));
      expect(playSpans(spans, LIMIT) > 0).toBe(most > LIMIT);
    }),
  );
});
