/**
 * A naive oracle: histories of one job, and whether any order of its calls explains their answers. It tries every order
 * and every moment, so it needs no cleverness that could be wrong; a check that speaks of an explained history is wrong.
 */
import type { CheckId } from "../../../src/races/checks/check.ts";
import { checkHistory } from "../../../src/races/checks/check-history.ts";
import { KIND } from "../../../src/races/history/event.ts";
import { type Story, story } from "./story.ts";

/** A call of the job, or a note (its `ret` is its `inv`); times are ms, and places in the order of events. */
export interface Call {
  readonly kind: "claim" | "heartbeat" | "nack" | "fail" | "ack" | "cancel" | "start" | "end";
  readonly attempt: number;
  /** Term of a claim or a heartbeat, delay of a nack. */
  readonly value: number;
  readonly answer: "ok" | "fail" | "info" | "never";
  readonly inv: { readonly at: number; readonly ms: number };
  /** `Infinity` where no answer came. */
  readonly ret: { readonly at: number; readonly ms: number };
}

/** What a history is drawn as: at each step some time passes, then a call begins or one that is open is answered. */
export interface Step {
  readonly waitMs: number;
  readonly begins: boolean;
  readonly which: number;
  readonly kind: Call["kind"];
  readonly attempt: number;
  readonly value: number;
  readonly answer: Call["answer"];
}

const KINDS = {
  claim: KIND.claim,
  heartbeat: KIND.heartbeat,
  nack: KIND.nack,
  fail: KIND.failAttempt,
  ack: KIND.ack,
  cancel: KIND.cancel,
  start: KIND.execStart,
  end: KIND.execEnd,
} as const;

/** A drawn history: its calls, and what checks say of it. */
export interface OneJob {
  readonly calls: readonly Call[];
  alarms(only: readonly CheckId[]): string[];
}

const NEVER = { at: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY };

/** Plays the steps. Calls that are still open at the end are never answered. */
export function playSteps(steps: readonly Step[], leaseMs: number): OneJob {
  const player = new Player(leaseMs);
  for (const step of steps) player.play(step);
  return player;
}

class Player implements OneJob {
  readonly calls: Call[] = [];
  readonly #story: Story;
  readonly #open: Open[] = [];
  #ms = 0;

  constructor(leaseMs: number) {
    this.#story = story({ leaseMs, drained: false, seesExecution: false });
    const { recorder, facts } = this.#story;
    const submit = recorder.invoke(1, KIND.enqueue, { value: 1 });
    facts.addJob({ id: 7, op: submit, maxAttempts: 99 });
    recorder.ok(submit, { job: 7 });
  }

  play({ waitMs, begins, which, ...asked }: Step): void {
    this.#story.wait(waitMs);
    this.#ms += waitMs;
    if (!begins && this.#open.length > 0) this.#answer(which);
    else if (asked.kind === "start" || asked.kind === "end") this.#note(asked);
    else this.#invoke(asked);
  }

  alarms(only: readonly CheckId[]): string[] {
    const { recorder, facts } = this.#story;
    const { violations } = checkHistory(recorder.history, facts, { only });
    return violations.map(({ id, message }) => `${id} ${message}`);
  }

  /** The worker's number is its attempt's, so that a settle comes from who claimed. */
  #invoke(asked: Asked): void {
    const { kind, attempt, value } = asked;
    const row = kind === "claim" ? { value } : { job: 7, attempt, value };
    const op = this.#story.recorder.invoke(attempt, KINDS[kind], row);
    this.#open.push({ op, index: this.calls.length });
    this.calls.push({ ...asked, inv: { at: op, ms: this.#ms }, ret: NEVER });
  }

  #note(asked: Asked): void {
    const { kind, attempt } = asked;
    const at = this.#story.recorder.note(attempt, KINDS[kind], { job: 7, attempt });
    const now = { at, ms: this.#ms };
    this.calls.push({ ...asked, answer: "ok", inv: now, ret: now });
  }

  #answer(which: number): void {
    const { recorder } = this.#story;
    const [{ op, index }] = this.#open.splice(which % this.#open.length, 1) as [Open];
    const call = this.calls[index] as Call;
    const { answer, attempt } = call;
    if (answer === "never") return;
    // A claim in doubt does not say of which job.
    recorder[answer](op, call.kind === "claim" && answer === "ok" ? { job: 7, attempt } : {});
    const ret = { at: recorder.history.length - 1, ms: this.#ms };
    this.calls[index] = { ...call, ret };
  }
}

interface Open {
  readonly op: number;
  readonly index: number;
}

type Asked = Pick<Call, "kind" | "attempt" | "value" | "answer">;

/** The job, as one order of the calls has it. */
interface JobState {
  readonly ended: boolean;
  readonly attempt: number;
  readonly held: boolean;
  readonly leaseEndMs: number;
  readonly dueMs: number;
  /** Attempts whose handlers run. */
  readonly running: readonly number[];
}

/** Whether some order explains every answer; calls in doubt may have had their effect, or not. */
export function isExplained(calls: readonly Call[]): boolean {
  const times = [...new Set(calls.flatMap(({ inv, ret }) => [inv.ms, ret.ms]))].filter(
    Number.isFinite,
  );
  const start = { ended: false, attempt: 0, held: false, leaseEndMs: 0, dueMs: 0, running: [] };
  return explains(
    calls.filter(({ answer }) => answer !== "fail"),
    start,
    0,
    times.sort((a, b) => a - b),
  );
}

function explains(left: readonly Call[], state: JobState, nowMs: number, times: number[]): boolean {
  if (left.every(({ answer }) => answer !== "ok")) return true;
  return left.some((call) => {
    // Whoever was answered before this one began has had its effect, or in doubt has none any more.
    const before = left.filter((other) => other !== call && other.ret.at < call.inv.at);
    if (before.some(({ answer }) => answer === "ok")) return false;
    const rest = left.filter((other) => other !== call && !before.includes(other));
    return times
      .filter((ms) => ms >= Math.max(nowMs, call.inv.ms) && ms <= call.ret.ms)
      .some((ms) => after(state, call, ms).some((next) => explains(rest, next, ms, times)));
  });
}

/** The states that a call can leave; none where its answer cannot be true. */
function after(state: JobState, call: Call, ms: number): JobState[] {
  const next = call.kind === "claim" ? afterClaim(state, call, ms) : afterOther(state, call, ms);
  return next === null ? [] : [{ ...state, ...next }];
}

function afterClaim(
  { ended, held, leaseEndMs, dueMs, attempt: last }: JobState,
  { answer, attempt, value }: Call,
  ms: number,
): Partial<JobState> | null {
  const isFree = !ended && (!held || ms >= leaseEndMs) && ms >= dueMs;
  const next = answer === "ok" ? attempt : last + 1;
  return isFree && next > last ? { attempt: next, held: true, leaseEndMs: ms + value } : null;
}

function afterOther(
  state: JobState,
  { kind, attempt, value }: Call,
  ms: number,
): Partial<JobState> | null {
  const { held, ended, running } = state;
  const isMine = held && state.attempt === attempt;
  switch (kind) {
    case "heartbeat":
      return isMine ? { leaseEndMs: ms + value } : null;
    case "nack":
      return isMine ? { held: false, dueMs: ms + value } : null;
    case "fail":
      return isMine ? { held: false } : null;
    case "ack":
      return isMine ? { held: false, ended: true } : null;
    case "start":
      return mayStart(state, attempt, ms) ? { running: [...running, attempt] } : null;
    case "end":
      return { running: running.filter((other) => other !== attempt) };
    default:
      return ended ? null : { held: false, ended: true };
  }
}

/** No handler of an earlier attempt runs that still holds the job. */
function mayStart(
  { running, held, attempt, leaseEndMs }: JobState,
  mine: number,
  ms: number,
): boolean {
  const holds = (other: number): boolean =>
    other < mine && held && attempt === other && ms < leaseEndMs;
  return !running.includes(mine) && !running.some(holds);
}
