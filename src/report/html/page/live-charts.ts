/** The charts of one scenario, drawn by Chart.js from the configurations that the pictures use. */
/// <reference lib="dom" />
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
  Tooltip,
  type TooltipItem,
} from "chart.js";
import type { Result } from "../../../results/result.ts";
import type { ChartConfig, ChartPoint, ChartSpec } from "../../chart/chart-spec.ts";
import { chartsOf } from "../../chart/charts-of.ts";
import { formatInterval, formatMetric, shortFormat } from "../../format-number.ts";
import { walkByKeys } from "./chart-keys.ts";

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
  Tooltip,
);

/** Draws into one element, again and again. */
export class LiveCharts {
  readonly #place: HTMLElement;
  #charts: readonly Chart[] = [];

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  /** Shows the charts of a result with one scenario in place of those before. */
  show(result: Result): void {
    for (const chart of this.#charts) chart.destroy();
    this.#place.replaceChildren();
    this.#charts = chartsOf(result).map((spec) => this.#draw(spec));
  }

  #draw(spec: ChartSpec): Chart {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute(
      "aria-label",
      `${spec.title}. The table below holds the figures; arrow keys read the points.`,
    );
    canvas.tabIndex = 0;
    const frame = document.createElement("div");
    frame.className = "frame";
    frame.style.height = `${spec.heightPx}px`;
    frame.append(canvas);
    const scroll = document.createElement("figure");
    scroll.className = "chart";
    scroll.id = spec.id;
    const spoken = document.createElement("figcaption");
    spoken.className = "spoken";
    spoken.setAttribute("aria-live", "polite");
    scroll.append(frame, spoken);
    this.#place.append(scroll);
    const chart = new Chart(canvas, livingConfig(spec) as never);
    walkByKeys(canvas, chart, (text) => {
      spoken.textContent = text;
    });
    return chart;
  }
}

/** The same configuration, as wide as the page and with tips that tell place, value and interval. */
function livingConfig({ config, unit }: ChartSpec): ChartConfig {
  const label = ({ dataset, raw }: Tip): string => {
    // Chart.js hands back the points that it was given.
    const { x, y, low, high } = raw as ChartPoint;
    const value = Number(typeof y === "string" ? x : y);
    const name = dataset.label === undefined ? "" : `${dataset.label}: `;
    return `${name}${formatMetric(value, unit)} ${formatInterval(value, low, high, shortFormat(unit))}`.trimEnd();
  };
  const title = (tips: readonly Tip[]): string => {
    const { x, y } = (tips[0]?.raw ?? {}) as Partial<ChartPoint>;
    return typeof y === "string" ? y : placeOf(config, Number(x));
  };
  return {
    ...config,
    options: {
      ...config.options,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "nearest", intersect: false },
      plugins: { ...config.options?.plugins, tooltip: { callbacks: { label, title } } },
    },
  };
}

type Tip = TooltipItem<"bar" | "line">;

/** A place on the horizontal axis in the words of that axis: `chunk size (rows per statement) 1k`. */
function placeOf({ options }: ChartConfig, x: number): string {
  const axis = options?.scales?.["x"] as {
    readonly title?: { readonly text?: string };
    readonly ticks?: { readonly callback?: (value: number) => string };
  };
  return `${axis.title?.text ?? ""} ${axis.ticks?.callback?.(x) ?? x}`.trim();
}
