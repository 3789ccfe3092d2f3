/** The figures of many saved runs, read by DuckDB from their result files: what `bench history` shows. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { InputError, messageOf } from "../lib/errors.ts";
import { mainMetricOf } from "./main-metric.ts";
import type { MetricSummary, ParameterValue } from "./result.ts";
import { RESULT_SCHEMA_VERSION } from "./result.ts";
import { RESULT_FILE } from "./result-file.ts";

/** One figure of one run. */
export interface HistoryPoint {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly commit: string | null;
  readonly value: MetricSummary;
}

/** The same figure of several runs that compare: one cell on one machine, in the order of time. */
export interface HistorySeries {
  readonly scenario: string;
  readonly metric: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** What makes figures comparable beside the cell. */
  readonly machine: string;
  readonly points: readonly HistoryPoint[];
}

/** What the files hold. */
export interface History {
  readonly series: readonly HistorySeries[];
  readonly runs: number;
  /** Files that are no results, with the reason. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** Runs that are read at most, the newest ones. */
const MOST_RUNS = 1000;

/** A larger file is no result; see result-file.ts. */
const LARGEST_FILE_BYTES = 256 * 1024 * 1024;

/** What a history needs of a result; the rest of the file, its trials, is passed over. */
const SHAPE = JSON.stringify({
  schemaVersion: "VARCHAR",
  id: "VARCHAR",
  startedAt: "VARCHAR",
  durability: "VARCHAR",
  store: "VARCHAR",
  environment: { fingerprint: "VARCHAR", cpu: "VARCHAR", commit: "VARCHAR" },
  configured: "JSON",
  scenarios: "JSON",
  cells: [{ scenario: "VARCHAR", status: "VARCHAR", parameters: "JSON", summary: "JSON" }],
});

/** One file in that shape, read once: each look of its own would parse all of its megabytes again. */
const RUN = `
  SELECT to_json(CASE WHEN json_valid(content) THEN from_json(content, '${SHAPE}') END)::VARCHAR
  FROM read_text($1)`;

/**
 * Reads the results in `folder`: its own `*.json` and the `result.json` of the folders in it. Each
 * figure of `metric`, or of the metric that answers a scenario's question. Throws an `InputError` for a
 * folder that cannot be read; a file that is no result is skipped and told.
 */
export async function readHistory(folder: string, metric?: string): Promise<History> {
  const files = resultFiles(folder);
  const skipped: { file: string; reason: string }[] = [];
  const rows: Row[] = [];
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    autoinstall_known_extensions: "false",
  });
  try {
    const connection = await instance.connect();
    for (const file of files) {
      const run = await runIn(connection, file);
      if (typeof run === "string") skipped.push({ file, reason: run });
      else rows.push(...rowsOf(run));
    }
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
  return { series: seriesOf(rows, metric), runs: files.length - skipped.length, skipped };
}

/** Names of folders begin with the time: sorted, the newest come last. */
function resultFiles(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    throw new InputError(
      `${folder}: cannot be read (${messageOf(error)}). Name a folder of runs, such as results/runs.`,
      { cause: error },
    );
  }
  const files = names.flatMap((name) => {
    const path = join(folder, name);
    const file = name.endsWith(".json") ? path : join(path, RESULT_FILE);
    return isFile(file) ? [file] : [];
  });
  return files.slice(-MOST_RUNS);
}

/** Below a picture that lies beside the runs there is nothing, and that is no error. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A result in the shape above; null where the file has another. */
interface SavedRun {
  readonly schemaVersion: string | null;
  readonly id: string | null;
  readonly startedAt: string | null;
  readonly durability: string | null;
  readonly store: string | null;
  readonly configured: Readonly<Record<string, number>> | null;
  readonly environment: Readonly<Record<"fingerprint" | "cpu" | "commit", string | null>> | null;
  readonly scenarios: Row["heads"] | null;
  readonly cells:
    | readonly ({ readonly status: string | null } & Partial<
        Pick<Row, "scenario" | "parameters" | "summary">
      >)[]
    | null;
}

/** The run that a file holds, or why it holds none. */
async function runIn(connection: DuckDBConnection, file: string): Promise<SavedRun | string> {
  const { size } = statSync(file);
  if (size === 0) return "it is empty";
  if (size > LARGEST_FILE_BYTES) return "it is larger than a result can be";
  try {
    const reader = await connection.runAndReadAll(RUN, [file]);
    const [text = null] = reader.getRows()[0] ?? [];
    const run: SavedRun | null = JSON.parse(String(text));
    const version = run?.schemaVersion ?? null;
    if (run === null || version === null) return "it is not JSON, or has no schemaVersion";
    return version === String(RESULT_SCHEMA_VERSION)
      ? run
      : `it has schema version ${version}, and this build reads ${RESULT_SCHEMA_VERSION}`;
  } catch (error) {
    return messageOf(error).split("\n")[0] ?? "it cannot be read";
  }
}

interface Row extends Omit<HistoryPoint, "value"> {
  readonly machine: string;
  readonly scenario: string;
  readonly parameters: HistorySeries["parameters"];
  readonly summary: Readonly<Record<string, MetricSummary>>;
  readonly heads: readonly { readonly name: string; readonly metrics: readonly string[] }[];
}

function rowsOf(run: SavedRun): readonly Row[] {
  const { fingerprint, cpu, commit } = run.environment ?? {};
  const parts = [fingerprint, cpu, run.store, `durability ${run.durability ?? "unknown"}`];
  const configured = Object.entries(run.configured ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  parts.push(...configured.map(([name, value]) => `${name} ${value}`));
  const head = {
    runId: run.id ?? "",
    startedAt: run.startedAt ?? "",
    commit: commit ?? null,
    machine: parts.filter((part) => typeof part === "string").join(" · "),
    heads: run.scenarios ?? [],
  };
  return (run.cells ?? [])
    .filter(({ status }) => status === "ok")
    .map(({ scenario = "", parameters = {}, summary = {} }) => ({
      ...head,
      scenario,
      parameters,
      summary,
    }));
}

function seriesOf(rows: readonly Row[], metric: string | undefined): readonly HistorySeries[] {
  const byKey = new Map<string, HistorySeries & { points: HistoryPoint[] }>();
  for (const row of rows) {
    const { scenario, parameters, machine, runId, startedAt, commit } = row;
    const name = metric ?? answerOf(row);
    const value = name === undefined ? undefined : row.summary[name];
    if (name === undefined || !isFigure(value)) continue;
    const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([scenario, name, machine, sorted]);
    const known = byKey.get(key) ?? { scenario, metric: name, parameters, machine, points: [] };
    byKey.set(key, known);
    known.points.push({ runId, startedAt, commit, value });
  }
  for (const { points } of byKey.values()) {
    points.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  }
  return [...byKey.values()];
}

/** The metric that answers the scenario's question. */
function answerOf({ scenario, summary, heads, parameters }: Row): string | undefined {
  const head = heads.find(({ name }) => name === scenario);
  return (
    head?.metrics[0] ?? mainMetricOf([{ scenario, parameters, summary, status: "ok", trials: [] }])
  );
}

/** Files are read with suspicion: a figure is a finite median of so many trials. */
function isFigure(value: MetricSummary | undefined): value is MetricSummary {
  return Number.isFinite(value?.median) && Number.isInteger(value?.n);
}
