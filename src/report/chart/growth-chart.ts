/** What was sampled while jobs passed: sizes and latency of one trial, along the jobs that had ended by then. */
import type { Cell, Result, Trial } from "../../results/result.ts";
import { formatBytes, formatMs, formatShort } from "../format-number.ts";
import { cellLabel, splitParameters } from "../parameters.ts";
import { captionOf } from "../report-table.ts";
import type { ScenarioView } from "../scenario-view.ts";
import type { ChartPoint, ChartSpec } from "./chart-spec.ts";
import { idOf, nameOf, subtitleOf } from "./chart-text.ts";
import { curvesHeightPx, lineConfig, lineOf } from "./curves.ts";
import { rowsOf } from "./series.ts";

/** Cells with pictures of their own. */
const MOST_CELLS = 3;

/** Ticks on the axis of jobs. */
const TICKS = 5;

/** The sampled progress, in jobs: what is drawn along. */
const ALONG = "doneJobs";

/** The pictures: what each shows, and the series that are its lines. */
const PICTURES = [
  {
    what: "bytes",
    unit: "bytes",
    yText: formatBytes,
    lines: [
      ["dbBytes", "database file"],
      ["walBytes", "write-ahead log"],
      ["rssBytes", "memory of the process"],
    ],
  },
  {
    what: "latency",
    unit: "ms",
    yText: formatMs,
    lines: [["passMs", "sending a job to the commit of its end, p99"]],
  },
] as const;

/** The first trial of a cell that counts and has such samples: it is as good as any other. Free of Node: the page asks too. */
export function sampledTrial({ trials }: Cell): Trial | undefined {
  return trials.find(
    ({ censored, spoiled, series }) =>
      censored === undefined && spoiled !== true && series?.[ALONG] !== undefined,
  );
}

/** The charts of the cells of a scenario that sampled its progress; none for any other. */
export function growthCharts(
  result: Result,
  view: ScenarioView,
  widthPx: number,
): readonly ChartSpec[] {
  const cells = rowsOf(view).map(({ cell }) => cell);
  const { varying } = splitParameters(cells);
  return cells
    .flatMap((cell) => {
      const trial = sampledTrial(cell);
      return trial === undefined ? [] : [{ cell, trial, name: cellLabel(cell, varying) }];
    })
    .slice(0, MOST_CELLS)
    .flatMap(({ cell, trial, name }) =>
      PICTURES.map((picture): ChartSpec => {
        const drawn = picture.lines.map(([series, label]) => ({
          label,
          points: along(trial, series),
        }));
        const jobs = Math.max(...drawn.flatMap(({ points }) => points.map(({ x }) => Number(x))));
        const of = name === "" ? "" : `, ${name}`;
        const title = `${nameOf(view)}: ${picture.what} over the jobs that have passed${of}`;
        // The machine's line is the one of all charts; how often a median was taken means nothing here.
        const [, ...machine] = subtitleOf(result, [cell], view.main, []);
        return {
          id: `${idOf(view)}-${picture.what}-over-jobs`,
          title,
          unit: picture.unit,
          widthPx,
          heightPx: curvesHeightPx(drawn.length),
          config: lineConfig(
            drawn.map(({ label, points }, place) => ({
              ...lineOf(label, points, place, 0, drawn.length),
              borderWidth: 1.5,
              pointRadius: 0,
              pointStyle: false as const,
            })),
            {
              title,
              subtitle: [`${captionOf(splitParameters([cell]))} · one trial`, ...machine],
              xTitle: "jobs that have ended",
              yTitle: `${picture.what} (a level line is good)`,
              xText: formatShort,
              yText: picture.yText,
              xs: Array.from({ length: TICKS + 1 }, (_, tick) => (jobs * tick) / TICKS),
              even: true,
              logarithmic: false,
            },
          ),
        };
      }),
    );
}

/** One series along another that was sampled at the same moments. */
function along({ series = {} }: Trial, name: string): readonly ChartPoint[] {
  const passed = series[ALONG] ?? [];
  return (series[name] ?? []).map(([, value], sample) => ({
    x: passed[sample]?.[1] ?? null,
    y: value,
    low: null,
    high: null,
  }));
}
