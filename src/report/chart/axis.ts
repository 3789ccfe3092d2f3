/** Axes: where the ticks stand and how they read. */
import type { ScaleOptionsByType } from "chart.js";
import { axisTitle, FONT_PX, INK } from "./style.ts";

/** From this ratio of the largest to the smallest value on, an axis is logarithmic. */
const LOG_FROM_RATIO = 20;

/** From this many powers of ten on, only these carry a tick. */
const DECADES_ONLY = 3;

/** What a text of a tick takes, and the length of an axis beside a legend. */
const CHAR_PX = 7;
const TEXT_GAP_PX = 8;
const NARROW_AXIS_PX = 600;

/** The part of Chart.js's options that our axes set. */
type Axis = Partial<
  Pick<
    ScaleOptionsByType<"linear" | "logarithmic">,
    "min" | "max" | "suggestedMax" | "afterBuildTicks"
  >
> & {
  type: "linear" | "logarithmic";
  title: ReturnType<typeof axisTitle>;
  grid: { color: string; drawTicks: boolean };
  border: { display: boolean };
  ticks: Record<string, unknown>;
};

/** An axis of settings or sizes: a tick at every value that was measured and has room, spaced by ratio where the values span a wide range (unless `even`). */
export function measuredAxis(
  title: string,
  values: readonly number[],
  text: (value: number) => string,
  even = false,
): Axis {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const [low = 0, high = 1] = [sorted[0], sorted.at(-1)];
  const logarithmic = !even && low > 0 && high / low >= LOG_FROM_RATIO / 2;
  // Room at both ends, so that no mark sits on the frame.
  const pad = logarithmic ? (high / low) ** 0.04 : (high - low) * 0.04;
  const [min, max] = logarithmic ? [low / pad, high * pad] : [low - pad, high + pad];
  const [from, to] = logarithmic ? [Math.log(min), Math.log(max)] : [min, max];
  const place = (value: number): number =>
    ((logarithmic ? Math.log(value) : value) - from) / (to - from);
  // At even distances Chart.js leaves out every other text by itself.
  const ticks = even ? sorted : spaced(sorted, place, text);
  return {
    ...plainAxis(title, text),
    type: logarithmic ? "logarithmic" : "linear",
    min,
    max,
    afterBuildTicks: (scale) => {
      scale.ticks = ticks.map((value) => ({ value }));
    },
  };
}

/** Those of some ascending values whose texts do not run into each other: the last, and from the first on what has room. */
function spaced(
  values: readonly number[],
  place: (value: number) => number,
  text: (value: number) => string,
): readonly number[] {
  const halfPx = (value: number): number => (text(value).length * CHAR_PX) / 2;
  const hasRoom = (left: number, right: number): boolean =>
    (place(right) - place(left)) * NARROW_AXIS_PX >= halfPx(left) + halfPx(right) + TEXT_GAP_PX;
  const last = values.at(-1);
  const kept: number[] = [];
  for (const value of values.slice(0, -1)) {
    const before = kept.at(-1);
    if (before !== undefined && !hasRoom(before, value)) continue;
    if (last === undefined || hasRoom(value, last)) kept.push(value);
  }
  return last === undefined ? kept : [...kept, last];
}

/** An axis of results: from zero where the values are of one order, else by ratio (always so if `logarithmic`). */
export function valueAxis(
  title: string,
  values: readonly number[],
  text: (value: number) => string,
  logarithmic: boolean,
): Axis {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low <= 0 || !(logarithmic || high / low >= LOG_FROM_RATIO)) {
    // Chart.js sees only the medians: the whiskers need room too.
    return { ...plainAxis(title, text), type: "linear", min: 0, suggestedMax: high };
  }
  const ticks = ratioTicks(low, high);
  return {
    ...plainAxis(title, text),
    type: "logarithmic",
    min: ticks[0] ?? low,
    max: ticks.at(-1) ?? high,
    afterBuildTicks: (scale) => {
      scale.ticks = ticks.map((value) => ({ value }));
    },
  };
}

/** Round numbers from just below `low` to just above `high` (both positive), as many as fit the range. */
export function ratioTicks(low: number, high: number): readonly number[] {
  const decades = Math.log10(high / low);
  const few = decades >= DECADES_ONLY ? [1] : [1, 2, 5];
  const steps = decades < 1 ? [1, 1.5, 2, 3, 5, 7] : few;
  // One power more at either end: a logarithm may round to the wrong side of a whole number.
  const first = Math.floor(Math.log10(low)) - 1;
  const last = Math.ceil(Math.log10(high)) + 1;
  const all: number[] = [];
  for (let power = first; power <= last; power += 1) {
    for (const step of steps) all.push(Number((step * 10 ** power).toPrecision(2)));
  }
  const from = all.findLastIndex((tick) => tick <= low);
  const to = all.findIndex((tick) => tick >= high);
  // At least two, or the axis would have no length.
  return all.slice(from, Math.max(to, from + 1) + 1);
}

function plainAxis(title: string, text: (value: number) => string): Omit<Axis, "type"> {
  return {
    title: axisTitle(title),
    grid: { color: INK.grid, drawTicks: false },
    border: { display: false },
    ticks: {
      color: INK.normal,
      font: { size: FONT_PX.small },
      padding: 8,
      maxRotation: 0,
      autoSkipPadding: 14,
      callback: (value: number | string) => text(Number(value)),
    },
  };
}
