import { expect, test } from "vitest";
import { timelineOf } from "../../../../src/races/campaign/timeline.ts";
import { KIND } from "../../../../src/races/history/event.ts";
import { JobLog, LOG_STATE } from "../../../../src/races/history/job-log.ts";
import { story } from "../../../support/races/story.ts";

test("a timeline names who did what, with the names of the case, and shows rows of the log", () => {
  const { recorder, wait } = story();
  const { history } = recorder;
  history.procNames.set(1, "client 0");
  history.jobNames.set(7, "j1");
  const submit = recorder.invoke(1, KIND.enqueue, { value: 1 });
  wait(40);
  recorder.ok(recorder.invoke(2, KIND.claim, { value: 90 }), { job: 7, attempt: 1 });
  recorder.info(recorder.invoke(2, KIND.ack, { job: 7, attempt: 1 }));
  const log = new JobLog();
  const row = { seq: 5, jobId: 7, state: LOG_STATE.claimed, attempt: 2, tsMs: 45 };
  log.push(history, { ...row, worker: 1, atMs: 0, cause: 0, byJobId: 0, payload: null });
  const finding = { message: "", events: [submit, 2, 4], log: [0] };
  expect(timelineOf(history, finding, log)).toEqual([
    "step 1 at 0 ms, client 0: enqueue of 1 job: is asked for",
    "step 3 at 40 ms, worker 2: claim job 7 (j1) attempt 1 for 90 ms: ok",
    "step 5 at 40 ms, worker 2: ack job 7 (j1) attempt 1: in doubt",
    "log 5 at 45 ms: job 7 (j1) claimed, attempt 2",
  ]);
});
