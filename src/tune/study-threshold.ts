/** Studies a setting that splits submissions by size: a sweep over sizes, bisection where the ways cross, other shapes at the end. */
import { SETTINGS } from "../model/config.ts";
import type { Cell } from "../results/result.ts";
import type { HeldOut } from "../results/tune-result.ts";
import { median } from "../stats/summary.ts";
import { nextSize, type SizePoint } from "./crossover.ts";
import type { Found, SharedCells } from "./found.ts";
import { measure, type TuneBench, valuesOf } from "./measure.ts";
import { isSlower, slowdownOf } from "./slowdown.ts";
import {
  HELD_OUT_SWEEPS,
  SEARCH_SHAPE,
  type Study,
  SWEEP_SIZES,
  type TuneMode,
} from "./studies.ts";
import { chooseThreshold } from "./threshold-choice.ts";

/** The part of a study that is about a threshold. */
type Threshold = Extract<Study["how"], { kind: "threshold" }>;

/** Sizes between two others that are measured to narrow a crossing. */
const REFINEMENTS = 2;

/** All ways that submissions of the sweep are measured with: several thresholds read the same cells. */
const WAYS = "values,temp-table,appender";
const POSTGRES_WAYS = "row,values,temp-table,unnest,copy";

/** See the file's head; `null` where too little was measured. */
export async function studyThreshold(
  study: Study,
  threshold: Threshold,
  given: {
    readonly mode: TuneMode;
    readonly bench: TuneBench;
    readonly shared: SharedCells;
    readonly shipped: number;
  },
): Promise<Found | null> {
  const { mode, bench, shared, shipped } = given;
  const sweep = await sharedSweep(bench, shared, "sweep", SEARCH_SHAPE, SWEEP_SIZES[mode]);
  const points = pointsOf(sweep, threshold, SEARCH_SHAPE, study.metric);
  for (let round = 0; mode === "tune" && round < REFINEMENTS; round++) {
    const size = nextSize(points);
    if (size === null) break;
    const cells = await sharedSweep(bench, shared, `sweep-${size}`, SEARCH_SHAPE, [size]);
    points.push(...pointsOf(cells, threshold, SEARCH_SHAPE, study.metric));
  }
  const answer = chooseThreshold(threshold, points, shipped);
  if (answer === null) return null;
  const heldOut: HeldOut[] = [];
  if (mode === "tune") {
    for (const { shape, dagSize } of HELD_OUT_SWEEPS) {
      const cells = await sharedSweep(bench, shared, `held-out-${shape}`, shape, [dagSize]);
      for (const point of pointsOf(cells, threshold, shape, study.metric)) {
        heldOut.push(confirm(threshold, point, shape, answer.chosen));
      }
    }
  }
  return { ...answer, heldOut };
}

async function sharedSweep(
  bench: TuneBench,
  shared: SharedCells,
  name: string,
  shape: string,
  sizes: readonly number[],
): Promise<readonly Cell[]> {
  const known = shared.get(name);
  if (known !== undefined) return known;
  const chunkSize = String(SETTINGS.dependencyChunkSize.default);
  const strategy = bench.store === null ? WAYS : POSTGRES_WAYS;
  const parameters = { shape, dagSize: sizes.join(","), strategy, chunkSize };
  const cells = await measure(bench, name, "submit", parameters);
  shared.set(name, cells);
  return cells;
}

function pointsOf(
  cells: readonly Cell[],
  { small, large }: Threshold,
  shape: string,
  metric: string,
): SizePoint[] {
  const sizes = [...new Set(cells.map(({ parameters }) => Number(parameters["dagSize"])))];
  return sizes.flatMap((dagSize) => {
    const work = { shape, dagSize };
    const [jobs, edges] = ["jobs", "edges"].map((name) => valuesOf(cells, work, name));
    if (jobs === undefined || edges === undefined || jobs.length === 0) return [];
    return [
      {
        rows: median(jobs) + median(edges),
        dagSize,
        small: valuesOf(cells, { ...work, strategy: small }, metric),
        large: valuesOf(cells, { ...work, strategy: large }, metric),
      },
    ];
  });
}

function confirm(
  { picksLarge }: Threshold,
  { rows, dagSize, small, large }: SizePoint,
  shape: string,
  chosen: number,
): HeldOut {
  const [pick, other] = picksLarge(rows, chosen) ? [large, small] : [small, large];
  const toBest = slowdownOf(pick, other);
  return {
    work: `${shape}, ${dagSize.toLocaleString("en-US")} jobs`,
    toBest,
    holds: !isSlower(toBest),
  };
}
