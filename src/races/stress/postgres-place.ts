/** A schema of a PostgreSQL server, whose connections are cut on the way: by the server, or before an answer is through. */
import { openCutter } from "../../store/postgres/cut-connections.ts";
import { INSPECTION, LIVE_QUERY, WANTED_QUERY } from "../../store/postgres/inspection.ts";
import type { CheckId } from "../checks/check.ts";
import { NEEDS_VIRTUAL_TIME, type StressPlace } from "./stress-place.ts";

/** Queues of a case: each is what a process has, with a lane, readers and a listener. */
const QUEUES = 3;

/** Long enough for any order, short enough for many cases. */
const WAITS = {
  shortestMs: 0.2,
  longestMs: 30,
  share: 1,
  budgetMs: Number.POSITIVE_INFINITY,
} as const;

/** Priority and age are promised of one claim, and several processes claim at once; each reads with a snapshot of its own. */
export const SPARED_ON_SERVER: readonly CheckId[] = [...NEEDS_VIRTUAL_TIME, "F1", "F2", "V1"];

/** Connects to the server. */
export async function postgresPlace(url: string): Promise<StressPlace> {
  const cutter = await openCutter(url);
  return {
    name: `PostgreSQL ${await cutter.version()}`,
    queues: QUEUES,
    config: {},
    address: { url: cutter.lossyUrl },
    wantedQuery: WANTED_QUERY,
    state: INSPECTION,
    hasLog: false,
    spared: SPARED_ON_SERVER,
    waits: () => WAITS,
    gate: () => undefined,
    hurt: (choice) => (choice % 2 === 0 ? cutter.cut(choice >> 1) : cutter.loseAnswer(choice >> 1)),
    async isDrained(queue) {
      const [row] = await queue.sql(LIVE_QUERY);
      return Number(row?.["live"]) === 0;
    },
    clear: () => cutter.dropSchema(),
    close: () => cutter.close(),
  };
}
