/** How all charts look: colours, marks, type and the options that they share. */
import type { ChartOptions } from "chart.js";
import type { ChartConfig } from "./chart-spec.ts";

/**
 * Eight colours that stay apart for colour-blind readers on white (after Okabe and Ito, who made
 * theirs for this; their yellow, too light for lines on white, is left out for a grey).
 */
const COLORS = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#222222",
  "#8a8a8a",
] as const;

/**
 * Five marks and four dashes repeat after 20 steps, not after five. Chart.js draws a legend's line there and back: dashes
 * that fit a whole number of times into its 30 pixels, and begin in the middle of one, cover themselves.
 */
const MARKS = ["circle", "rectRot", "triangle", "rect", "crossRot"] as const;
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [8, 2, 3, 2]];

/** Text, strong text, axis and grid colours. */
export const INK = { strong: "#1a1a1a", normal: "#444444", quiet: "#767676", grid: "#e4e4e4" };

/** Names of typefaces, the first that exists is used; `Inter` comes with an optional package. */
export const FONT_FAMILY =
  "Inter, 'DejaVu Sans', 'Liberation Sans', 'Helvetica Neue', Arial, sans-serif";

/** Sizes of type in pixels. */
export const FONT_PX = { title: 18, normal: 13, small: 12 };

/** The marks of lines, in Chart.js's names. */
export type Mark = (typeof MARKS)[number];

/** The margin around everything. */
export const PADDING_PX = { top: 16, right: 24, bottom: 12, left: 16 };

/** How one series is drawn. */
export interface SeriesStyle {
  readonly color: string;
  readonly mark: Mark;
  readonly dash: number[];
}

/** The style of a series: its family gives the colour, and which one of that colour it is the mark and the dash. */
export function seriesStyle(family: number, member: number): SeriesStyle {
  return {
    color: COLORS[family % COLORS.length] ?? COLORS[0],
    mark: MARKS[member % MARKS.length] ?? MARKS[0],
    dash: [...(DASHES[member % DASHES.length] ?? [])],
  };
}

/** The options of every chart: white, still, readable, with a title and two lines beneath it. */
export function baseOptions(
  title: string,
  subtitle: readonly string[],
): ChartOptions<"bar" | "line"> {
  return {
    responsive: false,
    animation: false,
    locale: "en-US",
    font: { family: FONT_FAMILY, size: FONT_PX.normal },
    color: INK.normal,
    layout: { padding: PADDING_PX },
    plugins: {
      title: {
        display: true,
        text: title,
        align: "start",
        color: INK.strong,
        font: { family: FONT_FAMILY, size: FONT_PX.title, weight: 600 },
        padding: { bottom: 4 },
      },
      subtitle: {
        display: true,
        text: [...subtitle],
        align: "start",
        color: INK.quiet,
        font: { family: FONT_FAMILY, size: FONT_PX.small },
        padding: { bottom: 14 },
      },
      legend: { display: false },
    },
  };
}

/** An axis title. */
export function axisTitle(text: string): {
  display: true;
  text: string;
  color: string;
  font: { size: number; weight: 600 };
  padding: number;
} {
  return {
    display: true,
    text,
    color: INK.normal,
    font: { size: FONT_PX.normal, weight: 600 },
    padding: 8,
  };
}

/** A copy that may be handed to Chart.js, which writes into what it is given. */
export function ownCopy(config: ChartConfig, pixelRatio: number): ChartConfig {
  return { ...config, options: { ...config.options, devicePixelRatio: pixelRatio } };
}
