/**
 * The checks against histories of which the truth is known: valid ones must be accepted by all, also with a part of
 * their answers in doubt; of those with one anomaly put in, the right check must speak.
 */
import { setImmediate as turn } from "node:timers/promises";
import { CHECKS } from "../checks/all-checks.ts";
import type { CheckId } from "../checks/check.ts";
import { checkHistory } from "../checks/check-history.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import type { Anomaly } from "./anomaly.ts";
import { CRASH_ANOMALIES } from "./crash-anomalies.ts";
import { putInDoubt } from "./doubt.ts";
import { buildDraft, copyDraft, type Draft } from "./draft.ts";
import { Editor } from "./editor.ts";
import { GRAPH_ANOMALIES } from "./graph-anomalies.ts";
import { JOB_ANOMALIES } from "./job-anomalies.ts";
import { ORDER_ANOMALIES } from "./order-anomalies.ts";
import { OWNER_ANOMALIES } from "./owner-anomalies.ts";
import { validHistory } from "./valid-history.ts";
import { VIEW_ANOMALIES } from "./view-anomalies.ts";

/** Every way to spoil a history; at least one for each check. */
export const ANOMALIES: readonly Anomaly[] = [
  ...[...OWNER_ANOMALIES, ...JOB_ANOMALIES, ...GRAPH_ANOMALIES],
  ...[...VIEW_ANOMALIES, ...ORDER_ANOMALIES, ...CRASH_ANOMALIES],
];

/** What to run. */
export interface SelftestOptions {
  readonly firstSeed: number;
  /** Injections per check, in turn over its ways. */
  readonly injections: number;
  /** Valid histories, each also in doubt and without its log. */
  readonly histories: number;
  /** Share of the answers that become `info`. */
  readonly doubt: number;
  /** Anomalies of this check alone; default all. */
  readonly only?: CheckId;
  /** Ends it after the history that is being judged. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number, what: string) => void;
}

/** How one way to spoil a history went. */
interface AnomalyRow {
  readonly id: CheckId;
  readonly what: string;
  /** Histories that it was put into. */
  readonly injected: number;
  /** Of those: the check spoke. */
  readonly fired: number;
  /** Of those: it spoke first, or only one that may fire beside it did before. */
  readonly first: number;
  /** Others that spoke, in how many histories; those without a reason are false alarms. */
  readonly others: readonly OtherId[];
  /** Seeds of histories in which it did not speak, or one spoke that must not: at most a few. */
  readonly faultySeeds: readonly number[];
}

/** See {@link AnomalyRow}. */
interface OtherId {
  readonly id: CheckId;
  readonly histories: number;
  /** Null: a false alarm. */
  readonly reason: string | null;
}

/** Valid histories, by what was done to them, and the checks that spoke. */
interface SilenceRow {
  readonly what: string;
  readonly histories: number;
  readonly events: number;
  readonly alarms: readonly { readonly id: CheckId; readonly seed: number; message: string }[];
}

/** See the file's head. */
export interface SelftestOutcome {
  readonly anomalies: readonly AnomalyRow[];
  readonly silence: readonly SilenceRow[];
  /** Whether all was measured, every injected anomaly was told, by a name that fits, and nothing else was. */
  readonly passed: boolean;
  /** Ways to spoil a history of which all histories were judged, and all of them. */
  readonly ways: { readonly done: number; readonly of: number };
  readonly ended: "all" | "interrupted";
}

/** A place for an anomaly is looked for in so many histories before the generator counts as unfit. */
const MOST_TRIES = 400;

const TOLD_SEEDS = 5;
const TOLD_ALARMS = 20;

/** @throws Error where no history has a place for an anomaly, which is a fault of the generator */
export async function runSelftest(options: SelftestOptions): Promise<SelftestOutcome> {
  const { only, signal, injections, onProgress } = options;
  const stories = new Stories();
  const silence = await silenceRows(options, stories);
  const anomalies: AnomalyRow[] = [];
  const tried = CHECKS.filter(({ id }) => only === undefined || only === id).flatMap(({ id }) => {
    const ways = ANOMALIES.filter((anomaly) => anomaly.id === id);
    return ways.map((way, n) => ({ way, n, share: Math.ceil((injections - n) / ways.length) }));
  });
  let done = 0;
  for (const { way, n, share } of tried) {
    if (signal?.aborted) break;
    const row = await tryAnomaly(way, n, stories, { ...options, injections: share });
    if (!signal?.aborted) done++;
    if (!signal?.aborted || row.injected > 0) anomalies.push(row);
    onProgress?.(anomalies.length, tried.length, `${way.id} ${way.what}`);
  }
  const right = (row: AnomalyRow): boolean =>
    row.fired === row.injected &&
    row.first === row.injected &&
    row.others.every(({ reason }) => reason !== null);
  const ended = signal?.aborted ? "interrupted" : "all";
  const silent = silence.every(({ alarms }) => alarms.length === 0);
  const passed = ended === "all" && anomalies.every(right) && silent;
  return { anomalies, silence, passed, ways: { done, of: tried.length }, ended };
}

async function tryAnomaly(
  anomaly: Anomaly,
  way: number,
  stories: Stories,
  options: SelftestOptions,
): Promise<AnomalyRow> {
  const tally = new Tally(anomaly);
  let [tries, seed] = [0, options.firstSeed];
  for (; tally.injected < options.injections && !options.signal?.aborted; seed++) {
    // All of it is computing: without a turn nobody would hear that it is to end.
    await turn();
    const ids = injectInto(anomaly, stories.of(seed), seed, way);
    tries = ids === null ? tries + 1 : 0;
    if (ids !== null) tally.add(ids, seed);
    if (tries > MOST_TRIES)
      throw new Error(`no history has a place for ${anomaly.id}: ${anomaly.what}`);
  }
  return tally.row();
}

/** Counts what the checks said of one anomaly. */
class Tally {
  injected = 0;
  readonly #anomaly: Anomaly;
  #fired = 0;
  #first = 0;
  readonly #others = new Map<CheckId, number>();
  readonly #faultySeeds: number[] = [];

  constructor(anomaly: Anomaly) {
    this.#anomaly = anomaly;
  }

  add(ids: readonly CheckId[], seed: number): void {
    const { id, also } = this.#anomaly;
    const others = ids.filter((other) => other !== id);
    const at = ids.indexOf(id);
    this.injected++;
    if (at >= 0) this.#fired++;
    // What may fire beside it may be the likelier cause; what may not must not come first.
    if (at >= 0 && ids.slice(0, at).every((other) => other in also)) this.#first++;
    for (const other of others) this.#others.set(other, (this.#others.get(other) ?? 0) + 1);
    const wrong = at < 0 || others.some((other) => !(other in also));
    if (wrong && this.#faultySeeds.length < TOLD_SEEDS) this.#faultySeeds.push(seed);
  }

  row(): AnomalyRow {
    const { id, what, also } = this.#anomaly;
    const others = [...this.#others].map(([other, histories]) => ({
      ...{ id: other, histories },
      reason: also[other] ?? null,
    }));
    return {
      ...{ id, what, injected: this.injected, fired: this.#fired, first: this.#first },
      ...{ others, faultySeeds: this.#faultySeeds },
    };
  }
}

/** The checks that spoke, the likeliest cause first; null where the history has no place for the anomaly. */
function injectInto(anomaly: Anomaly, draft: Draft, seed: number, way = 0): CheckId[] | null {
  const editor = new Editor(draft, new SeededRandom(seed, `${anomaly.id} ${way}`));
  if (!anomaly.inject(editor)) return null;
  return [...new Set(alarmsOf(draft).map(({ id }) => id))];
}

function alarmsOf(draft: Draft): readonly { readonly id: CheckId; readonly message: string }[] {
  const { history, facts, log } = buildDraft(draft);
  return checkHistory(history, facts, { log, most: 1 }).violations;
}

const SILENCE: readonly {
  readonly what: string;
  readonly edit: (draft: Draft, random: SeededRandom, doubt: number) => void;
}[] = [
  { what: "valid, with the log", edit: () => undefined },
  { what: "valid, black box", edit: blind },
  { what: "in doubt, with the log", edit: putInDoubt },
  {
    what: "in doubt, black box",
    edit: (draft, random, doubt) => {
      blind(draft);
      putInDoubt(draft, random, doubt);
    },
  },
];

function blind(draft: Draft): void {
  draft.log = null;
}

async function silenceRows(options: SelftestOptions, stories: Stories): Promise<SilenceRow[]> {
  const rows: SilenceRow[] = [];
  for (const way of SILENCE) {
    if (options.signal?.aborted) break;
    const row = await silenceRow(way, options, stories);
    if (!options.signal?.aborted || row.histories > 0) rows.push(row);
    options.onProgress?.(rows.length, SILENCE.length, way.what);
  }
  return rows;
}

async function silenceRow(
  { what, edit }: (typeof SILENCE)[number],
  { firstSeed, histories, doubt, signal }: SelftestOptions,
  stories: Stories,
): Promise<SilenceRow> {
  const alarms: SilenceRow["alarms"][number][] = [];
  let [judged, events] = [0, 0];
  for (; judged < histories && !signal?.aborted; judged++) {
    const seed = firstSeed + judged;
    await turn();
    const draft = stories.of(seed);
    edit(draft, new SeededRandom(seed, what), doubt);
    events += draft.events.length;
    if (alarms.length < TOLD_ALARMS)
      for (const { id, message } of alarmsOf(draft)) alarms.push({ id, seed, message });
  }
  return { what, histories: judged, events, alarms };
}

/** Valid histories by seed: each is told once, and every edit gets a copy of its own. */
class Stories {
  readonly #told = new Map<number, Draft>();

  of(seed: number): Draft {
    let draft = this.#told.get(seed);
    if (draft === undefined) {
      draft = validHistory(seed);
      this.#told.set(seed, draft);
    }
    return copyDraft(draft);
  }
}
