/** The gate's measured quality, for docs/METHOD.md: the tables of the published selftest. */
import { fileURLToPath } from "node:url";
import { selftestReport } from "../src/gate/selftest-report.ts";
import { selftestMarkdown } from "../src/report/selftest/selftest-tables.ts";
import { metricOf } from "../src/results/metric.ts";
import { armPairSchema, selftestHeadSchema } from "../src/results/selftest-record.ts";
import { readLines } from "../src/runner/jsonl.ts";
import { seededRandom } from "../src/runner/seeded-random.ts";

const RECORD = fileURLToPath(new URL("../results/published/selftest.jsonl", import.meta.url));

/** As `bench selftest --replay` prints them, headings two levels down. @throws Error where the record is gone */
export function selftestSection(): string {
  const record = readLines(RECORD, selftestHeadSchema, armPairSchema);
  if (record === undefined) throw new Error(`${RECORD}: there is no record`);
  const { head, lines } = record;
  const { better } = metricOf(head.metric);
  if (better === "none") throw new Error(`${head.metric}: has no better direction`);
  const report = selftestReport(head, lines, better, seededRandom(head.seed));
  return selftestMarkdown(report).replaceAll(/^### /gm, "#### ");
}
