/** Where more of a parameter stops paying: the saturation findings. */
import { findSaturation } from "../stats/saturation.ts";
import type { Finding } from "./finding.ts";
import { metricOf } from "./metric.ts";
import { figure, groupBy, percent } from "./phrases.ts";
import type { Cell } from "./result.ts";

/** The parameters that spend something (CPU, memory, latency) to gain throughput. */
const KNOBS = ["workers", "concurrency", "claimBatch", "chunkSize"] as const;
/** A curve has at least this many points, each the median of at least as many trials. */
const MIN_POINTS = 3;

/** Findings for each knob that was swept while every other parameter stood still. */
export function saturationFindings(
  scenario: string,
  cells: readonly Cell[],
  metric: string,
): Finding[] {
  return metricOf(metric).better === "higher"
    ? KNOBS.flatMap((knob) => alongKnob(scenario, cells, metric, knob))
    : [];
}

function alongKnob(
  scenario: string,
  cells: readonly Cell[],
  metric: string,
  knob: string,
): Finding[] {
  const measured = cells.filter(({ summary }) => (summary[metric]?.n ?? 0) >= MIN_POINTS);
  const curves = groupBy(measured, (parameters) =>
    Object.entries(parameters).filter(([name]) => name !== knob),
  );
  return curves.flatMap((curve) => {
    const points = curve.flatMap(({ parameters, summary }) => {
      const setting = parameters[knob];
      const throughput = summary[metric]?.median;
      return typeof setting === "number" && throughput !== undefined
        ? [{ knob: setting, throughput }]
        : [];
    });
    const found = points.length >= MIN_POINTS ? findSaturation(points) : null;
    const cell = curve.find(({ parameters }) => parameters[knob] === found?.knob);
    if (found === null || cell === undefined) {
      return [];
    }
    return [
      {
        kind: "saturation",
        scenario,
        cell: cell.parameters,
        metric,
        evidence:
          `From ${knob}=${found.knob} on it gains no more: ${figure(found.throughput)} ` +
          `${metricOf(metric).unit}, and up to ${knob}=${found.lastKnob} the best is ` +
          `${percent(found.bestRatioBeyond - 1)} away`,
        values: {
          knob: found.knob,
          throughput: found.throughput,
          lastKnob: found.lastKnob,
          bestRatioBeyond: found.bestRatioBeyond,
        },
        advice: `Set ${knob} to ${found.knob}; more costs without a gain worth having.`,
      },
    ];
  });
}
