/** Extract, transform, load as a run; then what has ended goes to Parquet files and out of the queue. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { map, Queue } from "quackmark/engine";

const folder = mkdtempSync(join(tmpdir(), "quackmark-example-"));
const archiveFolder = join(folder, "archive");
const queue = await Queue.open({ path: join(folder, "jobs.db"), archiveFolder });

const warehouse = new Map<string, number>();
const SALES = { april: [3, 5], may: [8], june: [2, 2, 9] };
queue.task("extract", () => Object.keys(SALES));
queue.task("transform", (month: keyof typeof SALES) => ({
  month,
  total: SALES[month].reduce((a, b) => a + b, 0),
}));
queue.task("transform all", async (_args, ctx) =>
  map("transform", (await ctx.upstream("extract")) as string[]),
);
queue.task("load", async (_args, ctx) => {
  const months = (await ctx.upstream("transform all")) as { month: string; total: number }[];
  for (const { month, total } of months) warehouse.set(month, total);
  return warehouse.size;
});

const { runId } = await queue.submit({
  name: "sales",
  nodes: ["extract", "transform all", "load"].map((task) => ({ name: task, task })),
  edges: [
    ["transform all", "extract"],
    ["load", "transform all"],
  ],
});
queue.worker().start();
console.log((await queue.runs.wait(runId)).status, Object.fromEntries(warehouse));

// #region Q14
// Whole units only: a run with all that its nodes became, or a job without a run. Retention does this by itself.
const { jobs, runs, archived } = await queue.purge({ olderThanMs: 0, archive: true });
console.log(`purged ${jobs} jobs of ${runs} runs into ${archived.length} folder of Parquet files`);
await queue.compact();
// #endregion
await queue.close();

const duckdb = await DuckDBInstance.create(":memory:");
const connection = await duckdb.connect();
const result = await connection.run(
  `SELECT task, count(*)::INT AS jobs FROM read_parquet('${archiveFolder}/*/jobs.parquet') GROUP BY ALL ORDER BY task`,
);
console.table(await result.getRowObjectsJS());
rmSync(folder, { recursive: true });
