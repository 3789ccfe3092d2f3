/** Small Chart.js plugins: the white ground, the whiskers of intervals, and the texts beside bars. */
import type { Chart, Plugin, Scale } from "chart.js";
import type { ChartConfig, ChartPoint } from "./chart-spec.ts";
import type { Pen } from "./pen.ts";
import { FONT_FAMILY, FONT_PX, INK } from "./style.ts";

const CAP_PX = 5;
const WHISKER_PX = 1.5;
const LABEL_GAP_PX = 8;

/** A white rim around texts, so that no line runs through them. */
const HALO_PX = 4;

/** Fills the whole picture, which is transparent otherwise and unreadable on a dark page. */
export const whiteGround: Plugin<"bar" | "line"> = {
  id: "whiteGround",
  beforeDraw(chart) {
    const pen: Pen = chart.ctx;
    pen.save();
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, chart.width, chart.height);
    pen.restore();
  },
};

/** Draws the interval of every point that has one: along the value, with a cap at either end. */
export const whiskers: Plugin<"bar" | "line"> = {
  id: "whiskers",
  afterDatasetsDraw(chart) {
    const pen: Pen = chart.ctx;
    pen.save();
    pen.lineWidth = WHISKER_PX;
    pen.setLineDash([]);
    eachPoint(chart, (point, index, color) => {
      const { x, y } = scalesOf(chart);
      if (point.low === null || point.high === null || x === undefined || y === undefined) return;
      pen.strokeStyle = color;
      if (typeof point.y === "string") {
        const level = y.getPixelForValue(index);
        pen.strokeStyle = INK.strong;
        whisker(
          pen,
          [x.getPixelForValue(point.low), level],
          [x.getPixelForValue(point.high), level],
        );
      } else if (point.x !== null) {
        const place = x.getPixelForValue(point.x);
        whisker(
          pen,
          [place, y.getPixelForValue(point.low)],
          [place, y.getPixelForValue(point.high)],
        );
      }
    });
    pen.restore();
  },
};

/** Writes each bar's text behind its end (or its whisker's), and in place of the bar where there is none. */
export const barTexts: Plugin<"bar" | "line"> = {
  id: "barTexts",
  afterDatasetsDraw(chart) {
    const { x, y } = scalesOf(chart);
    if (x === undefined || y === undefined) return;
    const pen: Pen = chart.ctx;
    pen.save();
    pen.font = `${FONT_PX.small}px ${FONT_FAMILY}`;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    eachPoint(chart, (point, index) => {
      if (point.text === undefined) return;
      pen.fillStyle = point.x === null ? INK.quiet : INK.strong;
      const end = Math.max(point.x ?? x.min, point.high ?? x.min);
      writeOver(pen, point.text, x.getPixelForValue(end) + LABEL_GAP_PX, y.getPixelForValue(index));
    });
    pen.restore();
  },
};

/** Writes in the pen's colour, with a rim, over what is drawn there. */
export function writeOver(pen: Pen, text: string, x: number, y: number): void {
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = HALO_PX;
  pen.lineJoin = "round";
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}

type Place = readonly [number, number];

function whisker(pen: Pen, from: Place, to: Place): void {
  const level = from[1] === to[1];
  const [capX, capY] = level ? [0, CAP_PX] : [CAP_PX, 0];
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  for (const [x, y] of [from, to]) {
    pen.moveTo(x - capX, y - capY);
    pen.lineTo(x + capX, y + capY);
  }
  pen.stroke();
}

function scalesOf(chart: Chart<"bar" | "line">): { x?: Scale; y?: Scale } {
  const { x, y } = chart.scales;
  return { ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) };
}

/** Visits the points of all visible series with the colour of their series. */
function eachPoint(
  chart: Chart<"bar" | "line">,
  visit: (point: ChartPoint, index: number, color: unknown) => void,
): void {
  // Chart.js hands back the data that it was given, and only our own configurations use these plugins.
  const datasets = chart.data.datasets as unknown as ChartConfig["data"]["datasets"];
  datasets.forEach((dataset, number) => {
    if (!chart.isDatasetVisible(number)) return;
    dataset.data.forEach((point, index) => {
      visit(point, index, dataset.borderColor);
    });
  });
}
