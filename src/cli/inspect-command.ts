/** The command line of `bench inspect`: a queue's database, shown to its owner. */
import picocolors from "picocolors";
import type { Argv } from "yargs";
import { systemClock } from "../lib/clock.ts";
import { InputError, QuackmarkError } from "../lib/errors.ts";
import { jsonText, type NamedRows, rowsTable } from "../report/rows-table.ts";
import { renderTable } from "../report/table.ts";
import type { FileInspection } from "../store/duckdb/file-inspection.ts";
import { EXAMPLE_QUERY } from "../store/duckdb/inspection.ts";
import { type Typed, textOf } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import {
  type Answer,
  inspectDead,
  inspectJobs,
  inspectRuns,
  inspectSql,
  inspectSummary,
} from "./inspect.ts";
import { terminal } from "./terminal.ts";

const WIDTH_CHARS = 120;
const LIMIT_ROWS = 20;
const MOST_ROWS = 100_000;

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  return command
    .positional("db", {
      type: "string",
      demandOption: true,
      describe: "the queue's DuckDB file; no process may have it open",
    })
    .option("runs", { type: "boolean", describe: "the runs, the newest first" })
    .option("jobs", { type: "boolean", describe: "the jobs, the newest first" })
    .option("dead", { type: "boolean", describe: "the jobs that failed for good, with the error" })
    .option("sql", {
      type: "string",
      requiresArg: true,
      describe: "what one query over the tables and views answers",
    })
    .option("limit", {
      type: "string",
      requiresArg: true,
      describe: `rows that are shown, up to ${MOST_ROWS} (default ${LIMIT_ROWS})`,
    })
    .option("json", { type: "boolean", describe: "print one JSON document, values in full" })
    .example("$0 inspect jobs.db", "sizes, and the states of all jobs by queue")
    .example("$0 inspect jobs.db --dead --limit 5", "the last five jobs that failed for good")
    .example(`$0 inspect jobs.db --sql "${EXAMPLE_QUERY}"`, "any question")
    .epilogue(
      "Reads only: no file is made or changed. Tables: jobs, job_dependencies, job_options, dag_runs, transitions, control. Views: job_state, attempts, dead_letter_queue, dag_run_stats, queue_latency, critical_path.",
    );
}

/** Runs the command. */
export async function run(typed: Typed): Promise<number> {
  const look = lookOf(typed);
  const limit = limitOf(textOf(typed, "limit"));
  const path = textOf(typed, "db") as string;
  if (/^postgres(ql)?:\/\//.test(path))
    throw new InputError(
      "bench inspect reads DuckDB files; look at a queue in PostgreSQL with psql: it has the same views",
    );
  const { FileInspection } = await import("../store/duckdb/file-inspection.ts");
  const answer = await expected(async () => {
    const inspection = await FileInspection.open(path, systemClock.now());
    try {
      return await look(inspection, limit);
    } finally {
      inspection.close();
    }
  });
  process.stdout.write(typed["json"] === true ? `${jsonText(answer.json, 2)}\n` : tables(answer));
  return EXIT.pass;
}

type Look = (inspection: FileInspection, limit: number) => Promise<Answer>;

/** What the flags ask for; the summary where they ask for nothing. */
function lookOf(typed: Typed): Look {
  const text = textOf(typed, "sql");
  const looks: readonly [flag: string, isGiven: boolean, look: Look][] = [
    ["--runs", typed["runs"] === true, inspectRuns],
    ["--jobs", typed["jobs"] === true, inspectJobs],
    ["--dead", typed["dead"] === true, inspectDead],
    ["--sql", text !== undefined, (inspection, limit) => inspectSql(inspection, text ?? "", limit)],
  ];
  const given = looks.filter(([, isGiven]) => isGiven);
  if (given.length > 1)
    throw new InputError(`${given.map(([flag]) => flag).join(" and ")}: give one of them`);
  return given[0]?.[2] ?? inspectSummary;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIMIT_ROWS;
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= MOST_ROWS) return limit;
  throw new InputError(`--limit ${text} is not a whole number from 1 to ${MOST_ROWS}`);
}

/** Whatever is wrong with the file or the query is the caller's to mend, and is told in one line. */
async function expected<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof QuackmarkError)) throw cause;
    throw new InputError(cause.message.replaceAll(/\s+/g, " "), { cause, code: cause.code });
  }
}

function tables({ tables: all }: Answer): string {
  const { colored, widthChars = WIDTH_CHARS } = terminal();
  const colors = picocolors.createColors(colored);
  return all
    .map((named: NamedRows) => renderTable(rowsTable(named), { colors, widthChars }))
    .join("\n");
}
