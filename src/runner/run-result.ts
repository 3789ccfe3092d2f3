/** The result of a run from its plan and what was measured. */
import { resolveConfig, SETTINGS } from "../model/config.ts";
import { RESULT_SCHEMA_VERSION, type Result } from "../results/result.ts";
import { trialConfig } from "../scenario/workloads/with-queue.ts";
import type { JournalHead } from "./journal.ts";

/** What the plan does not know. */
export interface Outcome extends Pick<Result, "cells" | "findings" | "verdict"> {
  readonly finishedAt: Date;
}

/** See the file's head. */
export function runResult(
  { plan, environment }: Pick<JournalHead, "plan" | "environment">,
  { finishedAt, cells, findings, verdict }: Outcome,
): Result {
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    id: plan.id,
    startedAt: plan.startedAt,
    finishedAt: finishedAt.toISOString(),
    command: [...plan.command],
    seed: plan.seed,
    environment,
    durability: plan.durability,
    store: plan.store === null ? "duckdb" : "postgres",
    config: { ...resolveConfig(trialConfig({ SETTINGS }, plan.settings)) },
    ...(Object.keys(plan.settings).length === 0 ? {} : { configured: plan.settings }),
    scenarios: [...plan.scenarios],
    cells,
    findings,
    verdict,
  };
}
