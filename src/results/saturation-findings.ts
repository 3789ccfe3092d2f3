/** Where more of a parameter stops paying: the saturation findings. */
import { findSaturation } from "../stats/saturation.ts";
import type { Finding } from "./finding.ts";
import { metricOf } from "./metric.ts";
import { factor, figure, flagName, groupBy } from "./phrases.ts";
import type { Cell } from "./result.ts";

/** The parameters that spend something (CPU, memory, latency) to gain throughput. */
const KNOBS = ["workers", "claimBatch", "concurrency", "chunkSize"] as const;
/** A curve has at least this many points, each the median of at least as many trials. */
const MIN_POINTS = 3;

/** Findings for each knob that was swept while every parameter that does not follow it stood still. */
export function saturationFindings(
  scenario: string,
  cells: readonly Cell[],
  metric: string,
): Finding[] {
  if (metricOf(metric).better !== "higher") {
    return [];
  }
  const measured = cells.filter(({ summary }) => (summary[metric]?.n ?? 0) >= MIN_POINTS);
  const follows = (name: string, knob: string) =>
    measured.every(({ parameters }) => parameters[name] === parameters[knob]);
  // Knobs that move together (concurrency with the claim batch) make one curve, told by the first.
  const leaders = KNOBS.filter(
    (knob, place) => !KNOBS.slice(0, place).some((leader) => follows(knob, leader)),
  );
  return leaders.flatMap((knob) => {
    const curves = groupBy(measured, (parameters) =>
      Object.entries(parameters).filter(([name]) => !follows(name, knob)),
    );
    return curves.flatMap((curve) => alongCurve(scenario, curve, metric, knob));
  });
}

/** None, or the one finding of cells that differ in the knob alone. */
function alongCurve(
  scenario: string,
  curve: readonly Cell[],
  metric: string,
  knob: string,
): Finding[] {
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
        `more than ${flagName(knob)} ${found.knob} gains nothing: ${figure(found.throughput)} ` +
        `${metricOf(metric).unit} there, at most ${factor(found.bestRatioBeyond)} of it up to ` +
        `${flagName(knob)} ${found.lastKnob}`,
      values: {
        knob: found.knob,
        throughput: found.throughput,
        lastKnob: found.lastKnob,
        bestRatioBeyond: found.bestRatioBeyond,
      },
      advice: `use ${flagName(knob)} ${found.knob}: more costs without a gain worth having`,
    },
  ];
}
