/** A tuning: study after study, each measured, decided and confirmed on other work, until all are done or time is up. */
import { InputError } from "../lib/errors.ts";
import { SETTINGS } from "../model/config.ts";
import type { TuneChoice, TuneResult } from "../results/tune-result.ts";
import { TUNE_SCHEMA_VERSION } from "../results/tune-result.ts";
import type { Found, SharedCells } from "./found.ts";
import type { TuneBench } from "./measure.ts";
import { POSTGRES_STUDIES, STUDIES, type Study, type TuneMode } from "./studies.ts";
import { studyPoll } from "./study-poll.ts";
import { studyThreshold } from "./study-threshold.ts";
import { studyValue } from "./study-value.ts";

/** What is tuned. */
export interface TuneOptions {
  readonly mode: TuneMode;
  readonly bench: TuneBench;
  /** Names of settings; all when empty. */
  readonly settings: readonly string[];
}

/** Measures and decides; what an interruption or the budget left out is named with the reason. */
export async function tune({ mode, bench, settings }: TuneOptions): Promise<TuneResult> {
  const studies = studiesOf(bench.store).filter(
    ({ setting }) => settings.length === 0 || settings.includes(setting),
  );
  const choices: TuneChoice[] = [];
  const leftOut: { setting: string; reason: string }[] = [];
  const shared: SharedCells = new Map();
  for (const study of studies) {
    const found = isOver(bench) ? null : await studied(study, mode, bench, shared);
    if (found === null) leftOut.push({ setting: study.setting, reason: whyLeftOut(bench) });
    else choices.push(named(study, found));
  }
  const { id, startedAt, command, seed, environment, durability, trials, hooks } = bench;
  return {
    schemaVersion: TUNE_SCHEMA_VERSION,
    id,
    startedAt,
    finishedAt: hooks.now().toISOString(),
    command: [...command],
    seed,
    environment,
    durability,
    mode,
    trialsPerCell: trials,
    choices,
    leftOut,
  };
}

/** The shipped value of a setting. */
function shippedValue(setting: string): number {
  const found = Object.entries(SETTINGS).find(([name]) => name === setting);
  if (found === undefined) throw new Error(`no setting ${setting}`);
  return found[1].default;
}

function studied(
  study: Study,
  mode: TuneMode,
  bench: TuneBench,
  shared: SharedCells,
): Promise<Found | null> {
  const shipped = shippedValue(study.setting);
  switch (study.how.kind) {
    case "threshold":
      return studyThreshold(study, study.how, { mode, bench, shared, shipped });
    case "value":
      return studyValue(study, study.how, { mode, bench, shipped });
    case "poll":
      return studyPoll(study.how, { mode, bench, shipped });
  }
}

function named({ setting, unit, question, metric, memo }: Study, found: Found): TuneChoice {
  return { setting, unit, question, metric, memo, shipped: shippedValue(setting), ...found };
}

function isOver({ budgetMs, hooks }: TuneBench): boolean {
  return hooks.signal.aborted || (budgetMs !== null && hooks.spentMs() >= budgetMs);
}

function whyLeftOut(bench: TuneBench): string {
  if (bench.hooks.signal.aborted) return "the command was interrupted";
  return isOver(bench) ? "the budget ended first" : "too little of it could be measured";
}

function studiesOf(store: string | null): readonly Study[] {
  return store === null ? STUDIES : POSTGRES_STUDIES;
}

/** Names of settings that can be tuned. @throws InputError for another one */
export function refuseUnknownSettings(names: readonly string[], store: string | null): void {
  const known = studiesOf(store).map(({ setting }) => setting);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InputError(`--setting ${unknown}: cannot be tuned. Known are ${known.join(", ")}.`);
}
