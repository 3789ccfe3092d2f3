/**
 * What led to an anomaly as lines: when, who, what, how it ended. The events that prove it are marked; between them
 * stand the other calls on the same job, and whatever broke on the way.
 */
import { STATE_NAMES } from "../../model/job.ts";
import type { Finding } from "../checks/check.ts";
import { CHANGES_NOTHING, KIND, KIND_NAMES, SEEN_NAMES } from "../history/event.ts";
import { type History, NOBODY } from "../history/history.ts";
import type { JobLog } from "../history/job-log.ts";

/** More lines do not help. */
const MOST_LINES = 24;

/** What became of a call, by type. */
const ANSWERS = ["is asked for", "ok", "refused", "in doubt"] as const;

/** Before a line that proves it, and before one that explains it. */
const [PROOF, CONTEXT] = ["* ", "- "];

/** See the file's head: the events, then rows of the queue's log, where the finding rests on those. */
export function timelineOf(
  history: History,
  finding: Finding,
  log: JobLog | null = null,
): string[] {
  const rows = log === null ? [] : (finding.log ?? []);
  const proof = new Set(finding.events);
  const context = contextOf(history, finding);
  const room = Math.max(0, MOST_LINES - proof.size - rows.length);
  const lines = [...proof, ...context.slice(Math.max(0, context.length - room))]
    .sort((a, b) => a - b)
    .map((event) => `${proof.has(event) ? PROOF : CONTEXT}${lineOf(history, event)}`);
  if (log !== null) lines.push(...rows.map((row) => `${PROOF}${logLineOf(history, log, row)}`));
  return lines.slice(0, MOST_LINES);
}

/**
 * Events beside the proof: calls on the job, by their answers, and all that was done to the queue. What came after the last event
 * of the proof explains nothing; where the log is the proof, its end is not known here.
 */
function contextOf(history: History, { events, job }: Finding): number[] {
  const proof = new Set(events);
  const last = events.length === 0 ? history.length : Math.max(...events);
  const answered = new Set(
    history.start.subarray(0, history.length).filter((start, event) => start !== event),
  );
  const isTold = (event: number): boolean =>
    !answered.has(event) && !CHANGES_NOTHING.has(history.kind[event] as number);
  const found: number[] = [];
  for (let event = 0; event < last; event++) {
    const kind = history.kind[event] as number;
    const isOwn = job !== undefined && history.job[event] === job && isTold(event);
    if (!proof.has(event) && (isOwn || kind >= KIND.crash)) found.push(event);
  }
  return found;
}

function lineOf(history: History, event: number): string {
  const { step, engineMs, proc, kind, type, job, attempt, state, value } = history;
  const at = (column: { readonly [index: number]: number }): number => column[event] as number;
  const what = [
    KIND_NAMES[at(kind)],
    at(job) === NOBODY ? "" : jobText(history, at(job)),
    at(attempt) === 0 ? "" : `attempt ${at(attempt)}`,
    at(state) === 0 ? "" : SEEN_NAMES[at(state)],
    at(value) === 0 ? "" : valueText(at(kind), at(value)),
  ];
  const [asked, answered] = [step[at(history.start)] as number, at(step)];
  const steps = asked === answered ? `step ${answered}` : `steps ${asked} to ${answered}`;
  const when = `${steps} at ${sinceStart(history, at(engineMs))} ms`;
  const text = what.filter((part) => part !== "" && part !== undefined).join(" ");
  return `${when}, ${history.who(at(proc))}: ${text}: ${ANSWERS[at(type)]}`;
}

function logLineOf(history: History, log: JobLog, row: number): string {
  const [job, state] = [log.job[row] as number, log.state[row] as number];
  const when = `log ${log.seq[row]} at ${sinceStart(history, log.tsMs[row] as number)} ms`;
  return `${when}: ${jobText(history, job)} ${STATE_NAMES[state]}, attempt ${log.attempt[row]}`;
}

function sinceStart({ engineMs }: History, ms: number): number {
  return ms - (engineMs[0] as number);
}

/** What the number of an event is, by its kind. */
function valueText(kind: number, value: number): string {
  switch (kind) {
    case KIND.claim:
    case KIND.heartbeat:
      return `for ${value} ms`;
    case KIND.nack:
    case KIND.failAttempt:
      return `due in ${value} ms`;
    case KIND.stall:
      return `of ${value} ms`;
    case KIND.submit:
    case KIND.enqueue:
      return `of ${value} ${value === 1 ? "job" : "jobs"}`;
    case KIND.expand:
    case KIND.readRun:
    case KIND.readRunParent:
      return `run ${value}`;
    case KIND.read:
    case KIND.readAll:
      return `at version ${value}`;
    default:
      return `(${value})`;
  }
}

/** By its id, and the name that the case has for it. */
function jobText(history: History, job: number): string {
  const id = history.jobId(job);
  const name = history.jobNames.get(id);
  return name === undefined ? `job ${id}` : `job ${id} (${name})`;
}
