/** The parts of docs/RACES.md that the record of the last hunt for mutants decides. */
import type { MutantsResult } from "../src/results/mutants-result.ts";
import { count } from "../src/results/phrases.ts";
import { exactInterval } from "../src/stats/intervals.ts";
import { median } from "../src/stats/summary.ts";
import { markdownTable } from "./markdown-table.ts";

type Row = MutantsResult["mutants"][number];

/** What a finding is made as small as, if it goes as it should. */
const SMALL = { jobs: 4, preemptions: 3 };

/** What was hunted and found, in words, then a row for each mutant. */
export function mutantsTable(hunt: MutantsResult): string {
  const heads = ["mutant", "root seeds", "runs", "time", "first id", "scenario, schedule"];
  return [words(hunt), markdownTable([...heads, "made small"], hunt.mutants.map(rowOf))].join(
    "\n\n",
  );
}

function words({ mutants, rootSeeds, environment, ended }: MutantsResult): string {
  const faults = mutants.filter(({ expects }) => expects.length > 0);
  const harmless = mutants.filter(({ expects }) => expects.length === 0);
  const found = faults.filter(({ found: id }) => id !== null);
  const right = faults.filter((row) => row.found !== null && row.right);
  const missing = faults.filter(({ found: id }) => id === null).map(({ id }) => id);
  const alarms = harmless.filter(({ found: id }) => id !== null);
  const { low, high } = exactInterval(found.length, faults.length);
  const shrunk = found.flatMap((row) => row.shrunk ?? []);
  const small = shrunk.filter(
    ({ jobs, preemptions }) => jobs <= SMALL.jobs && preemptions <= SMALL.preemptions,
  );
  const steady = shrunk.filter(({ replayed, replays }) => replayed === replays);
  const percent = (share: number): string => (share * 100).toFixed(0);
  return [
    `The last hunt ([record](../results/published/races-mutants.json), commit ${environment.commit?.slice(0, 7)}, ${rootSeeds} root seeds each at most,`,
    `two processes of a busy ${environment.cores}-core machine${ended === "all" ? "" : ", interrupted"}): **${found.length} of ${faults.length} found** (95 % interval ${percent(low)} to ${percent(high)} %),`,
    `${right.length} with an expected id first, in ${median(found.map(({ seconds }) => seconds)).toFixed(1)} s at the median.${missing.length === 0 ? "" : ` Not found: ${missing.join(", ")}.`}`,
    `Of ${harmless.length} harmless changes, ${alarms.length === 0 ? "none" : alarms.map(({ id }) => id).join(", ")} raised an alarm, in ${runsOf(harmless)} runs.`,
    `${shrunk.length} findings were made small, ${small.length} of them to at most ${SMALL.jobs} jobs and ${SMALL.preemptions} preemptions; ${steady.length} show themselves in every one of 20 replays.`,
  ].join("\n");
}

function runsOf(rows: readonly Row[]): string {
  return rows.reduce((sum, { runs, survey }) => sum + runs + survey.runs, 0).toLocaleString("en");
}

function rowOf(row: Row): readonly string[] {
  const { found, expects, right, shrunk } = row;
  const none = expects.length === 0 ? "none, as it should be" : `(expected ${expects.join(", ")})`;
  return [
    `${row.id} ${row.title}`,
    found === null ? `not in ${row.rootSeeds}` : String(row.rootSeeds),
    String(row.runs),
    `${row.seconds} s`,
    found === null ? none : `${found}${right ? "" : ", not expected"}`,
    row.scenario === null ? "" : `${row.scenario}, ${row.strategy}`,
    shrunk === null
      ? ""
      : `${count(shrunk.jobs, "job")}, ${count(shrunk.preemptions, "preemption")} in ${shrunk.seconds} s; ${shrunk.replayed} of ${shrunk.replays} replays`,
  ];
}

/** What each level and each schedule sees of the faults, over root seeds that were run to their end. */
export function ablationTable({ mutants, surveySeeds }: MutantsResult): string {
  const faults = mutants.filter(({ expects }) => expects.length > 0);
  const rows = (["levels", "strategies"] as const).flatMap((of) => {
    const names = [...new Set(faults.flatMap(({ survey }) => survey[of].map(({ name }) => name)))];
    return names.toSorted().map((name) => ablationRow(faults, of, name));
  });
  const head = `Each mutant also ran through ${surveySeeds} root seeds to their end, whatever they showed:`;
  const heads = ["level or schedule", "faults seen", "seen by it alone", "runs that show one"];
  return [head, markdownTable(heads, rows)].join("\n\n");
}

function ablationRow(
  faults: readonly Row[],
  of: "levels" | "strategies",
  name: string,
): readonly string[] {
  const own = faults.flatMap(({ survey }) => survey[of].filter((share) => share.name === name));
  const runs = own.reduce((sum, share) => sum + share.runs, 0);
  const hits = own.reduce((sum, share) => sum + share.violations, 0);
  const sees = (row: Row, others: boolean): boolean =>
    row.survey[of].some((one) => one.violations > 0 && (one.name === name) !== others);
  const seen = faults.filter((row) => sees(row, false));
  const alone = seen.filter((row) => !sees(row, true)).map(({ id }) => id);
  return [
    name,
    `${seen.length} of ${faults.length}`,
    alone.join(", "),
    `${hits} of ${runs} (${((100 * hits) / Math.max(1, runs)).toFixed(0)} %)`,
  ];
}
