import { describe, expect, test } from "vitest";
import { checkHistory } from "../../../../src/races/checks/check-history.ts";
import { KIND } from "../../../../src/races/history/event.ts";
import { story } from "../../../support/races/story.ts";

/** One job with id 7, and two claims of it. */
function twoClaims(waitMs: number, release: "ack" | "none" | "info") {
  const { recorder, facts, wait } = story();
  const submit = recorder.invoke(1, KIND.enqueue, { value: 1 });
  facts.addJob({ id: 7, op: submit });
  recorder.ok(submit, { job: 7 });
  recorder.ok(recorder.invoke(2, KIND.claim), { job: 7, attempt: 1 });
  wait(waitMs);
  if (release !== "none") {
    const nack = recorder.invoke(2, KIND.nack, { job: 7, attempt: 1 });
    if (release === "ack") recorder.ok(nack);
  }
  recorder.ok(recorder.invoke(3, KIND.claim), { job: 7, attempt: 2 });
  return { recorder, facts };
}

function idsOf({ recorder, facts }: Pick<ReturnType<typeof story>, "recorder" | "facts">) {
  return checkHistory(recorder.history, facts, { only: ["O1", "O3"] }).violations.map(
    ({ id }) => id,
  );
}

describe("O1 double claim", () => {
  test("two claims of one job within the lease are told with both events", () => {
    const { recorder, facts } = twoClaims(99, "none");
    const { violations } = checkHistory(recorder.history, facts, { only: ["O1"] });
    expect(violations.map(({ id, events }) => ({ id, events }))).toEqual([
      { id: "O1", events: [3, 5] },
    ]);
  });
  test("a renewed lease counts from its renewal", () => {
    const claimedAgainAfter = (waitMs: number) => {
      const { recorder, facts, wait } = story();
      const submit = recorder.invoke(1, KIND.enqueue, { value: 1 });
      facts.addJob({ id: 7, op: submit });
      recorder.ok(submit, { job: 7 });
      recorder.ok(recorder.invoke(2, KIND.claim), { job: 7, attempt: 1 });
      wait(60);
      recorder.ok(recorder.invoke(2, KIND.heartbeat, { job: 7, attempt: 1, value: 100 }));
      wait(waitMs);
      recorder.ok(recorder.invoke(3, KIND.claim), { job: 7, attempt: 2 });
      return idsOf({ recorder, facts });
    };
    expect(claimedAgainAfter(99)).toEqual(["O1"]);
    expect(claimedAgainAfter(100)).toEqual([]);
  });
  test("a second claim after the lease, after a nack, or after a nack without an answer is silent", () => {
    expect(idsOf(twoClaims(100, "none"))).toEqual([]);
    expect(idsOf(twoClaims(1, "ack"))).toEqual([]);
    expect(idsOf(twoClaims(1, "info"))).toEqual([]);
  });
});
