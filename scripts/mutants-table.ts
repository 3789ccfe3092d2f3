/** The parts of docs/RACES.md that the record of the last hunt for mutants decides. */
import { huntFigures, sightsOf } from "../src/results/mutants-figures.ts";
import type { MutantsResult } from "../src/results/mutants-result.ts";
import { count } from "../src/results/phrases.ts";
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

function words(hunt: MutantsResult): string {
  const { faults, found, foundShare, named, missing, seconds, harmless, alarms, harmlessRuns } =
    huntFigures(hunt);
  const { rootSeeds, environment, ended } = hunt;
  const shrunk = hunt.mutants.flatMap((row) => row.shrunk ?? []);
  const small = shrunk.filter(
    ({ jobs, preemptions }) => jobs <= SMALL.jobs && preemptions <= SMALL.preemptions,
  );
  const steady = shrunk.filter(({ replayed, replays }) => replayed === replays);
  const percent = (share = 0): string => (share * 100).toFixed(0);
  return [
    `The last hunt ([record](../results/published/races-mutants.json), commit ${environment.commit?.slice(0, 7)}, ${rootSeeds} root seeds each at most,`,
    `two processes of a busy ${environment.cores}-core machine${ended === "all" ? "" : ", interrupted"}): **${found} of ${faults} found** (95 % interval ${percent(foundShare?.low)} to ${percent(foundShare?.high)} %),`,
    `${named} with an expected id first, in ${seconds?.toFixed(1)} s at the median.${missing.length === 0 ? "" : ` Not found: ${missing.join(", ")}.`}`,
    `Of ${harmless} harmless changes, ${alarms.length === 0 ? "none" : alarms.join(", ")} raised an alarm, in ${harmlessRuns.toLocaleString("en")} runs.`,
    `${shrunk.length} findings were made small, ${small.length} of them to at most ${SMALL.jobs} jobs and ${SMALL.preemptions} preemptions; ${steady.length} show themselves in every one of 20 replays.`,
  ].join("\n");
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
export function ablationTable(hunt: MutantsResult): string {
  const { faults } = huntFigures(hunt);
  const rows = [...sightsOf(hunt, "levels"), ...sightsOf(hunt, "strategies")].map(
    ({ name, seen, alone, violations, runs }) => [
      name,
      `${seen} of ${faults}`,
      alone.join(", "),
      `${violations} of ${runs} (${((100 * violations) / Math.max(1, runs)).toFixed(0)} %)`,
    ],
  );
  const head = `Each mutant also ran through ${hunt.surveySeeds} root seeds to their end, whatever they showed:`;
  const heads = ["level or schedule", "faults seen", "seen by it alone", "runs that show one"];
  return [head, markdownTable(heads, rows)].join("\n\n");
}
