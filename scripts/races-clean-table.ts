/** The table of campaigns that found nothing in docs/RACES.md, from their committed records. */
import { readFileSync } from "node:fs";
import { RACE_SCENARIOS } from "../src/races/cases/scenarios.ts";
import type { RacesResult } from "../src/results/races-result.ts";
import type { StressResult } from "../src/results/stress-result.ts";
import { exactUpperBound } from "../src/stats/intervals.ts";
import { markdownTable } from "./markdown-table.ts";

const PUBLISHED_CLEAN = "results/published/races-clean.json";
const PUBLISHED_STRESS = "results/published/races-real-time.json";

/** Runs of the engine as it is, by level, and what their silence bounds. */
export function cleanTable(): string {
  const races = readRecord<RacesResult>(PUBLISHED_CLEAN);
  const stress = readRecord<StressResult>(PUBLISHED_STRESS);
  const scheduled = (["L1", "L3"] as const).map((level) => {
    const own = races.scenarios.filter(({ name }) =>
      RACE_SCENARIOS.some((one) => one.name === name && one.level === level),
    );
    const sum = (of: (one: (typeof own)[number]) => number): number =>
      own.reduce((total, one) => total + of(one), 0);
    const record = `[\`bench races --seeds ${races.seeds}\`](../${PUBLISHED_CLEAN})`;
    return row(
      level,
      sum(({ runs }) => runs),
      sum(({ events }) => events),
      sum(({ violations }) => violations),
      record,
    );
  });
  const { runs, events, findings, seeds } = stress;
  const record = `[\`bench races --level L2 --seeds ${seeds}\`](../${PUBLISHED_STRESS})`;
  const heads = ["level", "runs", "events", "alarms", "below, with 95 % confidence", "record"];
  return markdownTable(heads, [...scheduled, row("L2", runs, events, findings.length, record)]);
}

function row(
  level: string,
  runs: number,
  events: number,
  alarms: number,
  record: string,
): readonly string[] {
  const bound = alarms === 0 ? `${(100 * exactUpperBound(0, runs)).toPrecision(2)} %` : "none";
  return [level, count(runs), count(events), String(alarms), bound, record];
}

function count(n: number): string {
  return n.toLocaleString("en");
}

function readRecord<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")) as T;
}
