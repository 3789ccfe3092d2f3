/** What a chart is before anything draws it: plain Chart.js configuration, for PNG, SVG and a browser alike. */
import type { ChartConfiguration } from "chart.js";
import type { Metric } from "../../results/metric.ts";

/** One measured point. Chart.js reads `x` and `y`; our plugins read the rest. */
export interface ChartPoint {
  readonly x: number | null;
  /** The value, or the bar's label where bars lie on their side. */
  readonly y: number | string;
  /** The interval of the value; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Written beside a bar. */
  readonly text?: string;
}

/** The configuration of the charts that this project draws. */
export type ChartConfig = ChartConfiguration<"bar" | "line", ChartPoint[]>;

/** One chart. */
export interface ChartSpec {
  /** Also its file's name without extension: `submit-throughput`. */
  readonly id: string;
  /** What the picture shows, in words; its text alternative. */
  readonly title: string;
  /** The unit of the values. */
  readonly unit: Metric["unit"];
  /** Size in CSS pixels; a PNG has twice as many each way. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly config: ChartConfig;
}
