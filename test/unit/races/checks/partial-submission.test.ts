import { describe, expect, test } from "vitest";
import { checkHistory } from "../../../../src/races/checks/check-history.ts";
import { KIND, SEEN } from "../../../../src/races/history/event.ts";
import { story } from "../../../support/races/story.ts";

type PurgeAnswer = "ok" | "fail" | "info";

/** Jobs 1 to 3 are submitted at once, somebody purges job 1, and a read shows those of `seen`. */
function purgedAndRead(answer: PurgeAnswer, seen: readonly number[]) {
  const { recorder, facts } = story();
  const submit = recorder.invoke(1, KIND.submit, { value: 3 });
  for (const id of [1, 2, 3]) facts.addJob({ id, op: submit, run: 1 });
  recorder.ok(
    submit,
    [1, 2, 3].map((job) => ({ job })),
  );
  recorder[answer](recorder.invoke(2, KIND.purge, { job: 1 }));
  const read = recorder.invoke(3, KIND.readAll);
  recorder.ok(
    read,
    seen.map((job) => ({ job, state: SEEN.done })),
  );
  return checkHistory(recorder.history, facts, { only: ["D5"] }).violations.map(
    ({ message }) => message,
  );
}

describe("D5 partial submission", () => {
  test("a purge that was refused excuses nothing", () => {
    expect(purgedAndRead("fail", [2, 3])).toEqual([
      "of 3 jobs that were submitted at once, a read shows 2",
    ]);
  });
  test("a purge excuses its own job and no other", () => {
    expect(purgedAndRead("ok", [2, 3])).toEqual([]);
    expect(purgedAndRead("info", [2, 3])).toEqual([]);
    expect(purgedAndRead("ok", [2])).toEqual([
      "of 2 jobs that were submitted at once, a read shows 1",
    ]);
  });
});
