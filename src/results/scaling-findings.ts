/** How the time of a scenario grows with the size of its work: the exponent of a power law, and where it bends. */
import { findKnee, fitPowerLaw, type Knee, type PowerLaw } from "../stats/complexity.ts";
import type { Finding } from "./finding.ts";
import { metricOf } from "./metric.ts";
import { cellName, count, figure, flagName, groupBy, varyingParameters } from "./phrases.ts";
import type { Cell } from "./result.ts";
import { metricValues } from "./summarize.ts";

/** Parameters that are an amount of work. */
const SIZES = ["dagSize", "jobs", "items", "width"] as const;

/** Two sizes make a line through anything. */
const MIN_SIZES = 3;

/** Beyond this power, twice the work takes clearly more than twice the time. */
const STEEP = 1.1;

/** A sweep can have fifty curves; the fastest and the steepest tell the story. */
const MAX_TOLD = 4;

/** The growth of one setting over the sizes. */
interface Growth {
  readonly cells: readonly Cell[];
  readonly law: PowerLaw;
  readonly knee: Knee | null;
  readonly sizes: readonly number[];
}

/** One finding for the setting that is fastest at the largest size, and one for each that grows steeply. */
export function scalingFindings(
  scenario: string,
  cells: readonly Cell[],
  metric: string,
): Finding[] {
  const parameter = SIZES.find((name) => distinctSizes(cells, name).length >= MIN_SIZES);
  if (parameter === undefined || metricOf(metric).better === "none") return [];
  const curves = groupBy(
    cells.filter(({ status }) => status === "ok"),
    (parameters) => Object.entries(parameters).filter(([name]) => name !== parameter),
  );
  const growths = curves
    .flatMap((curve) => growthOf(curve, metric, parameter))
    .sort((a, b) => timeAtEnd(a) - timeAtEnd(b));
  const names = varyingParameters(cells).filter((name) => name !== parameter);
  return growths
    .filter(({ law }, place) => place === 0 || (law.interval?.low ?? 0) > STEEP)
    .slice(0, MAX_TOLD)
    .map((growth) => findingOf(scenario, metric, parameter, names, growth));
}

function growthOf(cells: readonly Cell[], metric: string, parameter: string): Growth[] {
  const sizes = distinctSizes(cells, parameter);
  if (sizes.length < MIN_SIZES) return [];
  const rate = metricOf(metric).better === "higher";
  const points = cells.flatMap(({ parameters, trials }) => {
    const size = Number(parameters[parameter]);
    return metricValues(trials, metric)
      .filter((value) => value > 0)
      .map((value) => ({ size, cost: rate ? size / value : value }));
  });
  const law = fitPowerLaw(points);
  return law === null ? [] : [{ cells, law, knee: findKnee(points), sizes }];
}

function findingOf(
  scenario: string,
  metric: string,
  parameter: string,
  names: readonly string[],
  { cells, law, knee, sizes }: Growth,
): Finding {
  const { exponent, interval } = law;
  const [first] = cells;
  const name = first === undefined ? "" : cellName(first, names);
  const [smallest = 0, largest = 0] = [sizes[0], sizes.at(-1)];
  const sure =
    interval === null ? "" : ` (95 % interval ${figure(interval.low)} to ${figure(interval.high)})`;
  const bend =
    knee === null
      ? ""
      : `; it bends at ${knee.size.toLocaleString("en-US")}: ${figure(knee.exponentBefore)} below, ${figure(knee.exponentAfter)} above`;
  return {
    kind: "scaling",
    scenario,
    metric,
    evidence:
      `${name === "" ? "the time" : `with ${name} the time`} grows with ${flagName(parameter)} to the power ` +
      `${figure(exponent)}${sure} over ${count(sizes.length, "size")} from ` +
      `${smallest.toLocaleString("en-US")} to ${largest.toLocaleString("en-US")}${bend}`,
    values: {
      exponent,
      ...(interval && { exponentLow: interval.low, exponentHigh: interval.high }),
      sizes: sizes.length,
      ...(knee && { kneeSize: knee.size }),
    },
    advice: adviceFor(law),
  };
}

function adviceFor({ interval }: PowerLaw): string {
  if (interval === null) return "give more trials, to know how sure the power is";
  if (interval.low > STEEP)
    return "each job costs more in large work: split it, or choose another setting";
  if (interval.high < 1) return "fixed costs weigh on small work: submit more at once";
  return "twice the work takes about twice the time";
}

/** What the law says of the largest size, to order the curves by. */
function timeAtEnd({ law, sizes }: Growth): number {
  return law.factor * (sizes.at(-1) ?? 0) ** law.exponent;
}

function distinctSizes(cells: readonly Cell[], parameter: string): readonly number[] {
  const sizes = cells.flatMap(({ status, parameters }) => {
    const size = parameters[parameter];
    return status === "ok" && typeof size === "number" && size > 0 ? [size] : [];
  });
  return [...new Set(sizes)].sort((a, b) => a - b);
}
