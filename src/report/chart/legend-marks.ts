/** A Chart.js plugin: the mark of each series on its line in the legend, which shows either but not both by itself. */
import type { Plugin } from "chart.js";
import type { Pen } from "./pen.ts";
import { FONT_PX, type Mark } from "./style.ts";

/** Width of a line in the legend. */
export const LEGEND_BOX_PX = 30;

/** The legend is as wide as its names, up to this. */
export const LEGEND_MAX_PX = 400;

const RADIUS_PX = 3.5;

/** What Chart.js's legend keeps of its layout; not in its types. */
interface LegendLayout {
  readonly legendHitBoxes?: readonly { readonly left: number; readonly top: number }[];
  readonly legendItems?: readonly {
    readonly datasetIndex?: number;
    readonly strokeStyle?: unknown;
  }[];
}

/** Draws the marks over the legend's lines. */
export const legendMarks: Plugin<"bar" | "line"> = {
  id: "legendMarks",
  afterDraw(chart) {
    const { legendHitBoxes, legendItems } = (chart.legend ?? {}) as LegendLayout;
    const pen: Pen = chart.ctx;
    pen.save();
    pen.setLineDash([]);
    legendItems?.forEach((item, index) => {
      const box = legendHitBoxes?.[index];
      const dataset = chart.data.datasets[item.datasetIndex ?? -1];
      const mark = dataset !== undefined && "pointStyle" in dataset ? dataset.pointStyle : false;
      if (box === undefined || typeof mark !== "string") return;
      pen.fillStyle = item.strokeStyle;
      pen.strokeStyle = item.strokeStyle;
      drawMark(pen, mark as Mark, box.left + LEGEND_BOX_PX / 2, box.top + FONT_PX.small / 2);
    });
    pen.restore();
  },
};

/** Corners of the marks around their centre, in radii; strokes where a mark is not filled. */
const CORNERS: Readonly<
  Record<Exclude<Mark, "circle" | "crossRot">, readonly (readonly [number, number])[]>
> = {
  rectRot: [
    [0, -1.3],
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
  ],
  triangle: [
    [0, -1.1],
    [1, 0.8],
    [-1, 0.8],
  ],
  rect: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
};

function drawMark(pen: Pen, mark: Mark, x: number, y: number): void {
  pen.beginPath();
  if (mark === "circle") {
    pen.arc(x, y, RADIUS_PX, 0, 2 * Math.PI);
    pen.fill();
  } else if (mark === "crossRot") {
    pen.lineWidth = 1.5;
    pen.moveTo(x - RADIUS_PX, y - RADIUS_PX);
    pen.lineTo(x + RADIUS_PX, y + RADIUS_PX);
    pen.moveTo(x - RADIUS_PX, y + RADIUS_PX);
    pen.lineTo(x + RADIUS_PX, y - RADIUS_PX);
    pen.stroke();
  } else {
    for (const [dx, dy] of CORNERS[mark]) pen.lineTo(x + dx * RADIUS_PX, y + dy * RADIUS_PX);
    pen.closePath();
    pen.fill();
  }
}
