/**
 * Makes a result of `bench tune` the one that docs/TUNING.md shows: checks it, keeps it, draws it.
 *
 *   npx tsx scripts/publish-tune.ts results/runs/<id>/tune.json && npm run docs
 */
import { writeFileSync } from "node:fs";
import { InputError } from "../src/lib/errors.ts";
import { renderPng } from "../src/report/chart/png.ts";
import { tuneCharts } from "../src/report/tune/tune-charts.ts";
import { PUBLISHED_TUNE, readTune } from "./tune-result.ts";

const [file, ...more] = process.argv.slice(2);
if (file === undefined || more.length > 0)
  throw new InputError("publish-tune: name one tune.json of bench tune");
const result = readTune(file);
for (const chart of tuneCharts(result)) {
  const picture = new URL(`../docs/images/${chart.id}.png`, import.meta.url);
  writeFileSync(picture, await renderPng(chart));
}
writeFileSync(PUBLISHED_TUNE, `${JSON.stringify(result, null, 1)}\n`);
