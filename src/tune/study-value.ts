/** Studies a setting by trying some values of it, and the chosen one once more on other work. */
import { count, factor, figure } from "../results/phrases.ts";
import type { Cell } from "../results/result.ts";
import type { HeldOut } from "../results/tune-result.ts";
import { median } from "../stats/summary.ts";
import type { Found } from "./found.ts";
import { measure, type Parameters, type TuneBench, valuesOf } from "./measure.ts";
import { type Measured, type SimplestChoice, simplestWithinNoise } from "./simplest.ts";
import { isSlower, slowdownOf } from "./slowdown.ts";
import type { Study, TuneMode } from "./studies.ts";

/** The part of a study that is about a value. */
type Value = Extract<Study["how"], { kind: "value" }>;

/** See the file's head; `null` where too little was measured. */
export async function studyValue(
  study: Study,
  value: Value,
  { mode, bench, shipped }: { mode: TuneMode; bench: TuneBench; shipped: number },
): Promise<Found | null> {
  const values = [...new Set([...value.values[mode], shipped])].sort((a, b) => a - b);
  const cells = await measureValues(bench, study.setting, value, value.parameters, values);
  const measured = values.map((one) => measuredOf(cells, value, one, study));
  const choice = simplestWithinNoise(measured, shipped);
  if (choice === null) return null;
  const heldOut: HeldOut[] = [];
  for (const [place, work] of (mode === "tune" ? value.heldOut : []).entries()) {
    const rivals = [
      ...new Set([
        choice.chosen.value,
        choice.best.value,
        ...neighbours(values, choice.chosen.value),
      ]),
    ];
    const name = `${study.setting}-held-out-${place + 1}`;
    const others = await measureValues(bench, name, value, work, rivals);
    const confirmed = confirm(
      rivals.map((one) => measuredOf(others, value, one, study)),
      choice.chosen.value,
      work,
    );
    if (confirmed !== null) heldOut.push(confirmed);
  }
  const { chosen, shippedToBest, candidates } = choice;
  return {
    chosen: chosen.value,
    reason: `${reasonOf(choice, study, shipped)}${memoText(choice, study, shipped)}`,
    shippedToBest,
    verdict: shippedToBest.low === null ? "unknown" : chosen.value === shipped ? "kept" : "changed",
    candidates: [...candidates],
    crossovers: [],
    heldOut,
  };
}

function measureValues(
  bench: TuneBench,
  name: string,
  { scenario, parameter, serves, parameters }: Value,
  work: Parameters,
  values: readonly number[],
): Promise<readonly Cell[]> {
  const served = serves === null ? {} : { [serves.parameter]: serves.values.join(",") };
  return measure(bench, name, scenario, {
    ...parameters,
    ...work,
    ...served,
    [parameter]: values.join(","),
  });
}

/** The costs of one value: where it serves several ways, the geometric mean over them, trial by trial. */
function measuredOf(
  cells: readonly Cell[],
  { parameter, serves }: Value,
  value: number,
  { metric, unit }: Study,
): Measured {
  const label = `${value.toLocaleString("en-US")} ${unit}`;
  const own = { [parameter]: value };
  if (serves === null) return { value, label, costs: valuesOf(cells, own, metric) };
  const ways = serves.values.map((way) =>
    valuesOf(cells, { ...own, [serves.parameter]: way }, metric),
  );
  const trials = Math.min(...ways.map(({ length }) => length));
  const costs = Array.from({ length: trials }, (_, trial) =>
    Math.exp(ways.reduce((sum, way) => sum + Math.log(way[trial] ?? 1), 0) / ways.length),
  );
  return { value, label, costs };
}

/** The values just below and above. */
function neighbours(values: readonly number[], chosen: number): readonly number[] {
  const place = values.indexOf(chosen);
  return [values[place - 1], values[place + 1]].filter((value) => value !== undefined);
}

function confirm(
  measured: readonly Measured[],
  chosen: number,
  { shape, dagSize }: Parameters,
): HeldOut | null {
  const own = measured.find(({ value }) => value === chosen);
  const best = measured
    .filter(({ costs }) => costs.length > 0)
    .toSorted((a, b) => median(a.costs) - median(b.costs))[0];
  if (own === undefined || best === undefined || own.costs.length === 0) return null;
  const toBest = slowdownOf(own.costs, best.costs);
  const work = `${shape}, ${Number(dagSize).toLocaleString("en-US")} jobs`;
  return { work, toBest, holds: !isSlower(toBest) };
}

function reasonOf(
  { chosen, best, shippedToBest, candidates }: SimplestChoice,
  { unit }: Study,
  shipped: number,
): string {
  const tried = `of ${count(candidates.length, "value")} ${figure(best.value)} ${unit} was the fastest`;
  const ratio = factor(shippedToBest.ratio);
  if (chosen.value === shipped) {
    return best.value === shipped
      ? `${tried}, and it is the shipped one`
      : `${tried}; the shipped ${figure(shipped)} took ${ratio} as long, which is within noise or 5 %`;
  }
  const simplest =
    chosen.value === best.value ? "" : `; ${figure(chosen.value)} is the smallest within 5 % of it`;
  return `${tried}; the shipped ${figure(shipped)} took ${ratio} as long${simplest}`;
}

/** What the memo's value cost, where it is not the shipped one that the sentence speaks of already. */
function memoText({ candidates }: SimplestChoice, { memo }: Study, shipped: number): string {
  const own = candidates.find(({ value }) => value === memo);
  if (own === undefined || memo === shipped) return "";
  return `; the memo's ${figure(own.value)} took ${factor(own.toBest.ratio)} as long`;
}
