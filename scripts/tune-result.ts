/** The tuning that docs/TUNING.md is made of, and its part of that document. */
import { readFileSync } from "node:fs";
import { renderTune } from "../src/report/tune/render-tune.ts";
import { tuneCharts } from "../src/report/tune/tune-charts.ts";
import { type TuneResult, tuneResultSchema } from "../src/results/tune-result.ts";

/** The published result of `bench tune`. */
export const PUBLISHED_TUNE = new URL("../results/published/tune.json", import.meta.url);

/** @throws ZodError, with the path of what is wrong */
export function readTune(file: URL | string): TuneResult {
  return tuneResultSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** What to take, why, and a picture of each choice. */
export function tuneSection(result: TuneResult): string {
  const pictures = tuneCharts(result).map(({ id, title }) => `![${title}](images/${id}.png)`);
  const text = renderTune(result, "markdown").replace("### tune", "### The settings").trimEnd();
  return [text, ...pictures].join("\n\n");
}
