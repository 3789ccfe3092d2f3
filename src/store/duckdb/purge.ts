/**
 * Deletes what has ended, in whole units, from the lane. Nothing that is ready or waits is changed by it: a unit
 * on which a live job depends stays.
 */
import { rmSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { isTerminal } from "../../model/job.ts";
import type { PurgeReceipt } from "../records.ts";
import { writeArchive } from "./archive.ts";
import type { DurableLedger } from "./durable-ledger.ts";
import { IdRanges } from "./id-ranges.ts";
import type { Ledger } from "./ledger.ts";
import { readUnits, type Unit, type UnitChoice } from "./purge-units.ts";

/** What a purge does besides deleting. */
export interface PurgeOptions {
  /** Where the rows are written first; null for nowhere. */
  readonly archive: string | null;
  readonly nowMs: number;
}

/** Jobs that one transaction deletes, so that the lane is not held for long. A larger run goes by itself. */
const SLICE_JOBS = 50_000;

/** Deletes the units that are chosen; resolves when that is committed. */
export async function purge(
  durable: DurableLedger,
  choice: UnitChoice,
  options: PurgeOptions,
): Promise<PurgeReceipt> {
  const units = await durable.reads.read((reader) => readUnits(reader, choice, options.nowMs));
  const total = { jobs: 0, runs: 0, archived: [] as string[] };
  for (const slice of slices(units)) {
    const { jobs, runs, archived } = await purgeSlice(durable, slice, options);
    total.jobs += jobs;
    total.runs += runs;
    total.archived.push(...archived);
  }
  return total;
}

function* slices(units: readonly Unit[]): Generator<readonly Unit[]> {
  let slice: Unit[] = [];
  let jobs = 0;
  for (const unit of units) {
    if (slice.length > 0 && jobs + unit.jobIds.length > SLICE_JOBS) {
      yield slice;
      slice = [];
      jobs = 0;
    }
    slice.push(unit);
    jobs += unit.jobIds.length;
  }
  if (slice.length > 0) yield slice;
}

async function purgeSlice(
  durable: DurableLedger,
  slice: readonly Unit[],
  { archive, nowMs }: PurgeOptions,
): Promise<PurgeReceipt> {
  const seq = durable.lane.takeIds("seq");
  let undo = (): void => undefined;
  const archived: string[] = [];
  try {
    const deleted = await durable.lane.exclusive(
      `SELECT count(*) FROM control WHERE seq = ${seq}`,
      async (connection) => {
        const { ledger, pins } = durable;
        const needed = await liveParents(connection, ledger, slice);
        const ids = slice
          .filter(({ jobIds }) =>
            jobIds.every(
              (id) => !needed.has(id) && !pins.has(id) && ledger.ended.stateOf(id) !== 0,
            ),
          )
          .flatMap(({ jobIds }) => jobIds);
        // From here on nobody can depend on them.
        undo = ledger.ended.take(ids);
        const ranges = new IdRanges(ids);
        await ranges.prepare(connection);
        if (archive !== null && ids.length > 0)
          archived.push(await writeArchive(connection, archive, archiveName(nowMs, seq), ranges));
        return deleteRows(connection, ranges, seq, nowMs);
      },
      () => undefined,
    );
    return { ...deleted, archived };
  } catch (error) {
    undo();
    for (const folder of archived) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function archiveName(nowMs: number, seq: number): string {
  return `purge-${new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, "")}-${seq}`;
}

/** The jobs of the slice on which a live job outside of it depends. */
async function liveParents(
  connection: DuckDBConnection,
  ledger: Ledger,
  slice: readonly Unit[],
): Promise<ReadonlySet<number>> {
  const ranges = new IdRanges(slice.flatMap(({ jobIds }) => jobIds));
  await ranges.prepare(connection);
  const result = await connection.run(
    `SELECT parent_job_id, child_job_id FROM job_dependencies WHERE ${ranges.within("parent_job_id")} AND NOT ${ranges.within("child_job_id")}`,
  );
  const needed = new Set<number>();
  for (const [parent, child] of await result.getRows()) {
    const slot = ledger.jobs.slotOf(Number(child));
    if (slot >= 0 && !isTerminal(ledger.jobs.state[slot] as number)) needed.add(Number(parent));
  }
  return needed;
}

/**
 * Rows of `control` that newer ones replace: of the ids and the purges the last row counts, of a pause and of a
 * schedule the last of its name, and of the slots that a schedule fired the latest, from which it goes on.
 */
const REPLACED = `
  kind IN ('ids', 'purge') AND seq < (SELECT max(seq) FROM control c WHERE c.kind = control.kind)
  OR kind IN ('pause', 'schedule')
     AND seq < (SELECT max(seq) FROM control c WHERE c.kind = control.kind AND c.key = control.key)
  OR kind = 'fired' AND TRY_CAST(value AS DOUBLE) <
     (SELECT max(TRY_CAST(value AS DOUBLE)) FROM control c WHERE c.kind = 'fired' AND c.key = control.key)`;

/** Deletes the jobs with all that belongs to them, and what newer rows of `control` replace. */
async function deleteRows(
  connection: DuckDBConnection,
  ids: IdRanges,
  seq: number,
  nowMs: number,
): Promise<{ jobs: number; runs: number }> {
  const remove = async (table: string, condition: string): Promise<number> =>
    (await connection.run(`DELETE FROM ${table} WHERE ${condition}`)).rowsChanged;
  const jobs = await remove("jobs", ids.within("id"));
  const runs = await remove("dag_runs", ids.within("first_job_id"));
  await remove("job_options", ids.within("job_id"));
  await remove(
    "job_dependencies",
    `${ids.within("child_job_id")} OR ${ids.within("parent_job_id")}`,
  );
  await remove("transitions", ids.within("job_id"));
  await remove("control", REPLACED);
  await connection.run(
    "INSERT INTO control VALUES ($seq, 'purge', '', $value, epoch_ms($now::BIGINT))",
    { seq, value: JSON.stringify({ jobs, runs }), now: Math.round(nowMs) },
  );
  return { jobs, runs };
}
