/** The picture of docs/PEERS.md: how fast each queue is, a panel a task, in one PNG. */

import { loadCanvasPackages } from "../src/report/chart/canvas-packages.ts";
import type { ChartConfig, ChartPoint, ChartSpec } from "../src/report/chart/chart-spec.ts";
import { renderPng } from "../src/report/chart/png.ts";
import { seriesStyle } from "../src/report/chart/style.ts";
import { barsHeightPx, valueBars } from "../src/report/chart/value-bars.ts";
import { formatMetric, shortFormat } from "../src/report/format-number.ts";
import {
  type Cell,
  cellsOf,
  type Durability,
  type Figure,
  figuresOf,
  medianOf,
  OURS,
  type PeersResult,
} from "./peers-result.ts";
import { tasksOf } from "./peers-table.ts";

const PANEL_WIDTH_PX = 640;
const COLUMNS = 2;
/** Colours by family: our two, the embedded ones, those of PostgreSQL and of Redis. */
const FAMILY: Readonly<Record<string, number>> = { ours: 0, sqlite: 7, postgres: 5, redis: 3 };

const PANELS: Readonly<Record<string, string>> = {
  enqueue: "Enqueue in bulk",
  drain: "Drain no-op jobs",
  live: "Producer and worker at the same time",
  latency: "One job on an idle queue",
};

/** Draws the panels of one durability. */
export async function drawPeers(result: PeersResult, durability: Durability): Promise<Buffer> {
  const measured = tasksOf(result, durability).filter((task) => Object.hasOwn(PANELS, task));
  const specs = measured.map((task) => panel(result, task, durability));
  const pictures = await Promise.all(specs.map(renderPng));
  const { canvas } = await loadCanvasPackages();
  const images = await Promise.all(pictures.map((picture) => canvas.loadImage(picture)));
  const [width = 0, height = 0] = [images[0]?.width, Math.max(...images.map((one) => one.height))];
  const sheet = canvas.createCanvas(width * COLUMNS, height * Math.ceil(images.length / COLUMNS));
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  for (const [index, image] of images.entries()) {
    pen.drawImage(image, (index % COLUMNS) * width, Math.floor(index / COLUMNS) * height);
  }
  return sheet.toBuffer("image/png");
}

function panel(result: PeersResult, task: string, durability: Durability): ChartSpec {
  const [figure] = figuresOf(task);
  const cells = cellsOf(result, task, durability, figure).filter(({ has }) => has);
  const title = PANELS[task] ?? task;
  return {
    id: `peers-${task}`,
    title,
    unit: figure.unit,
    widthPx: PANEL_WIDTH_PX,
    heightPx: barsHeightPx(Object.keys(result.stores).length),
    config: barsOf(result, cells, figure, title, durability),
  };
}

function barsOf(
  { stores, jobs }: PeersResult,
  cells: readonly Cell[],
  figure: Figure,
  title: string,
  durability: Durability,
): ChartConfig {
  const sign = figure.better === "higher" ? -1 : 1;
  const worth = (cell: Cell): number => sign * (medianOf(cell)?.value ?? sign * Infinity);
  const ranked = cells.toSorted((a, b) => worth(a) - worth(b));
  const slow = figure.unit === "ms";
  const what = slow
    ? "median time until the handler starts; lower is better"
    : `${jobs.toLocaleString("en")} jobs; higher is better`;
  return valueBars({
    title,
    subtitle: [`${what} · durability ${durability}`],
    points: ranked.map((cell) => pointOf(cell, figure)),
    colors: ranked.map(({ queue }) => colorOf(queue, stores[queue] ?? "")),
    axis: {
      title: slow ? "milliseconds, logarithmic" : "jobs per second",
      format: shortFormat(figure.unit),
      logarithmic: slow,
    },
  });
}

function pointOf(cell: Cell, { unit }: Figure): ChartPoint {
  const middle = medianOf(cell);
  if (middle === null) return { x: null, y: cell.queue, low: null, high: null, text: "failed" };
  const { value, low, high } = middle;
  return { x: value, y: cell.queue, low, high, text: formatMetric(value, unit) };
}

function colorOf(queue: string, store: string): string {
  const ours = queue === OURS.duckdb || queue === OURS.postgres;
  return seriesStyle(FAMILY[ours ? "ours" : store] ?? 0, 0).color;
}
