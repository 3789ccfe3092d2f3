import { expect, test } from "vitest";
import { KIND, TYPE } from "../../../../src/races/history/event.ts";
import { Operations } from "../../../../src/races/history/operations.ts";
import { story } from "../../../support/races/story.ts";

test("a row knows the queue's clock when it was asked and when it was answered; without an answer it has no end", () => {
  const { recorder, wait } = story();
  wait(10);
  const claim = recorder.invoke(1, KIND.claim);
  wait(20);
  recorder.ok(claim, { job: 7, attempt: 1 });
  recorder.invoke(1, KIND.ack, { job: 7, attempt: 1 });
  const operations = new Operations(recorder.history);
  const rows = [0, 1].map((row) => ({
    type: operations.type[row],
    invMs: operations.invMs(row),
    retMs: operations.retMs(row),
  }));
  expect(rows).toEqual([
    { type: TYPE.ok, invMs: 10, retMs: 30 },
    { type: TYPE.info, invMs: 30, retMs: Number.POSITIVE_INFINITY },
  ]);
});
