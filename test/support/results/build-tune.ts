/** A tuning that only its choices tell apart from others. */
import type { TuneChoice, TuneResult } from "../../../src/results/tune-result.ts";
import { buildResult } from "./build-result.ts";

/** With these choices, and nothing left out. */
export function buildTune(choices: readonly TuneChoice[]): TuneResult {
  return {
    schemaVersion: 1,
    id: "20260101-000000-0000",
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:05:00.000Z",
    command: ["bench", "tune"],
    seed: 1,
    environment: buildResult([]).environment,
    durability: "full",
    mode: "tune",
    trialsPerCell: 6,
    choices: [...choices],
    leftOut: [],
  };
}
