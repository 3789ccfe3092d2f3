/** What of a plan depends on the store that is measured. */
import { InputError } from "../lib/errors.ts";
import type { CellParameters } from "../scenario/expand-cells.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { WorkloadName } from "../scenario/workload.ts";

/** Programs that measure DuckDB itself, or a file that is opened again. */
const DUCKDB_ONLY: readonly WorkloadName[] = [
  "micro",
  "write-contention",
  "recovery",
  "sub-dags",
  "growth",
];

/** The schema of the trials, one after the other. */
const SCHEMA = "quackmark_bench";

/** The cells as the store has them: what the appender is to DuckDB, COPY is to PostgreSQL. */
export function cellsFor(
  store: string | null,
  { name, workload, handlers }: Pick<Scenario, "name" | "workload" | "handlers">,
  cells: readonly CellParameters[],
): CellParameters[] {
  if (store === null) return cells.map(inOneProcess);
  if (DUCKDB_ONLY.includes(workload))
    throw new InputError(
      `The scenario ${name} measures the DuckDB store only; leave out --store, or choose another scenario.`,
    );
  if (handlers !== undefined && cells.some(({ processes = 1 }) => processes !== 1))
    throw new InputError(
      `The scenario ${name} runs handlers of its own, which run in one process; leave out --processes.`,
    );
  return cells.map((cell) =>
    cell["strategy"] === "appender" ? { ...cell, strategy: "copy" } : cell,
  );
}

/** One process owns a DuckDB file, so there is nothing to say of processes. @throws InputError for more */
function inOneProcess({ processes = 1, ...cell }: CellParameters): CellParameters {
  if (processes !== 1)
    throw new InputError(
      `--processes ${processes}: one process owns a DuckDB file. Sweep processes with --store postgres://user@host/database.`,
    );
  return cell;
}

/** Reads `--store`. @throws InputError for anything but `duckdb` or a url without a password */
export function readStore(text: string): string | null {
  if (text === "duckdb") return null;
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    throw new InputError(
      `--store ${text}: unknown. It takes duckdb or postgres://user@host/database.`,
    );
  if (new URL(text).password !== "")
    throw new InputError(
      "--store: leave the password out of the url, which is written to the journal; set PGPASSWORD.",
    );
  return text;
}

/** The url of a trial's queue: a schema of its own that is removed before and after. */
export function trialUrl(store: string, suffix = ""): string {
  const url = new URL(store);
  url.searchParams.set("schema", `${SCHEMA}${suffix}`);
  return url.href;
}
