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
    "* step 1 at 0 ms, client 0: enqueue of 1 job: is asked for",
    "* steps 2 to 3 at 40 ms, worker 2: claim job 7 (j1) attempt 1 for 90 ms: ok",
    "* steps 4 to 5 at 40 ms, worker 2: ack job 7 (j1) attempt 1: in doubt",
    "* log 5 at 45 ms: job 7 (j1) claimed, attempt 2",
  ]);
});

test("between the proof stand other calls on the job and what broke, up to the last event of the proof", () => {
  const { recorder, wait } = story();
  const { history } = recorder;
  recorder.ok(recorder.invoke(2, KIND.claim, { value: 90 }), { job: 7, attempt: 1 });
  const held = history.length - 1;
  recorder.ok(recorder.invoke(3, KIND.claim, { value: 90 }), { job: 8, attempt: 1 });
  recorder.invoke(2, KIND.ack, { job: 7, attempt: 1 });
  recorder.ok(recorder.invoke(4, KIND.read), { job: 7 });
  recorder.fail(recorder.invoke(3, KIND.nack, { job: 7, attempt: 1 }));
  recorder.note(5, KIND.crash);
  wait(40);
  recorder.ok(recorder.invoke(3, KIND.claim, { value: 90 }), { job: 7, attempt: 1 });
  const again = history.length - 1;
  recorder.ok(recorder.invoke(3, KIND.ack, { job: 7, attempt: 1 }));
  const job = history.jobs.find(7);
  expect(timelineOf(history, { message: "", events: [held, again], job })).toEqual([
    "* steps 1 to 2 at 0 ms, worker 2: claim job 7 attempt 1 for 90 ms: ok",
    "- step 5 at 0 ms, worker 2: ack job 7 attempt 1: is asked for",
    // Told once, by its answer.
    "- steps 8 to 9 at 0 ms, worker 3: nack job 7 attempt 1: refused",
    "- step 10 at 0 ms, worker 5: crash: ok",
    "* steps 11 to 12 at 40 ms, worker 3: claim job 7 attempt 1 for 90 ms: ok",
  ]);
});

test("a long story keeps its proof and what came last before it", () => {
  const { recorder } = story();
  const { history } = recorder;
  const first = recorder.note(1, KIND.execStart, { job: 7, attempt: 1 });
  for (let n = 0; n < 40; n++) recorder.note(1, KIND.execEnd, { job: 7, attempt: n + 2 });
  const last = recorder.note(1, KIND.execStart, { job: 7, attempt: 99 });
  const job = history.jobs.find(7);
  const lines = timelineOf(history, { message: "", events: [first, last], job });
  expect(lines).toHaveLength(24);
  expect(lines[0]).toMatch(/^\* .* execStart job 7 attempt 1:/);
  expect(lines[1]).toMatch(/^- .* attempt 20:/);
  expect(lines[23]).toMatch(/^\* .* attempt 99:/);
});
