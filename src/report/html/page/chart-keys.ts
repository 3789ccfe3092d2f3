/** A chart by keyboard: left and right walk along a series, up and down change it, and the tip is read aloud. */
/// <reference lib="dom" />
import type { Chart } from "chart.js";
import type { ChartPoint } from "../../chart/chart-spec.ts";

/** A point by the number of its series and its place in it. */
interface Position {
  readonly datasetIndex: number;
  readonly index: number;
}

/** Lets the arrow keys move the chart's tip; `say` gets its text, and an empty one when it goes. */
export function walkByKeys(
  canvas: HTMLCanvasElement,
  chart: Chart,
  say: (text: string) => void,
): void {
  let at: Position | undefined;
  const moveTo = (position: Position | undefined): void => {
    at = position;
    const active = position === undefined ? [] : [position];
    const element = position && chart.getDatasetMeta(position.datasetIndex).data[position.index];
    const { x, y } = element ?? { x: 0, y: 0 };
    chart.setActiveElements(active);
    chart.tooltip?.setActiveElements(active, { x, y });
    chart.update("none");
    say(position === undefined ? "" : tipText(chart));
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return moveTo(undefined);
    const next = step(chart, at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    moveTo(next);
  });
  canvas.addEventListener("blur", () => moveTo(undefined));
}

/** Where a key leads; undefined for a key that is none of ours, and for a chart without points. */
function step(chart: Chart, from: Position | undefined, key: string): Position | undefined {
  const series = chart.data.datasets.map((dataset, datasetIndex) => {
    const points = dataset.data as unknown as readonly ChartPoint[];
    return points.flatMap((point, index) => (point.x === null ? [] : [{ datasetIndex, index }]));
  });
  const drawn = series.filter((points) => points.length > 0);
  const line = Math.max(
    0,
    drawn.findIndex(([first]) => first?.datasetIndex === from?.datasetIndex),
  );
  const place =
    from === undefined ? -1 : (drawn[line] ?? []).findIndex((p) => p.index === from.index);
  // Bars lie on their side, below each other: there, up and down walk along the series.
  const lying = chart.options.indexAxis === "y";
  const along = { [lying ? "ArrowUp" : "ArrowLeft"]: -1, [lying ? "ArrowDown" : "ArrowRight"]: 1 };
  const across = lying ? {} : { ArrowUp: -1, ArrowDown: 1 };
  const steps: Readonly<Record<string, readonly [lines: number, points: number]>> = {
    ...Object.fromEntries(Object.entries(along).map(([name, by]) => [name, [0, by]])),
    ...Object.fromEntries(Object.entries(across).map(([name, by]) => [name, [by, 0]])),
    Home: [0, -Infinity],
    End: [0, Infinity],
  };
  const taken = steps[key];
  if (taken === undefined || drawn.length === 0) return undefined;
  const points = drawn[clamped(line + taken[0], drawn.length)] ?? [];
  return points[clamped(place + taken[1], points.length)];
}

function clamped(place: number, length: number): number {
  return Math.min(Math.max(place, 0), length - 1);
}

function tipText(chart: Chart): string {
  const { title = [], body = [] } = chart.tooltip ?? {};
  return [...title, ...body.flatMap(({ lines }) => lines)].join(", ");
}
