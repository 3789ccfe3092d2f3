/** How cost grows with size: the exponent of a power law, and the size where the law changes. */
import { at, mean, sum } from "./elements.ts";
import { CONFIDENCE, type Interval } from "./intervals.ts";
import { fUpperTail, studentQuantile } from "./normal.ts";

/** One measurement: a positive size and its positive cost. */
export interface SizedCost {
  readonly size: number;
  readonly cost: number;
}

/** `cost ≈ factor · size ^ exponent`. */
export interface PowerLaw {
  readonly exponent: number;
  readonly factor: number;
  /** 95 % interval of the exponent; null with two points, which leave nothing to judge it by. */
  readonly interval: Interval | null;
}

/** Where a straight line in log–log space bends. */
export interface Knee {
  readonly size: number;
  readonly exponentBefore: number;
  readonly exponentAfter: number;
  /** Chance of a bend this clear on a straight line; corrected for the number of places tried. */
  readonly pValue: number;
}

/** A bend needs two points on each side of it and one degree of freedom to judge by. */
const KNEE_MIN_POINTS = 6;
/** A change of the exponent that is smaller than this is of no practical use. */
const KNEE_MIN_CHANGE = 0.2;
const KNEE_MAX_P = 0.01;
/** Residuals below this share of the variation are rounding, not noise. */
const ROUNDING = 1e-20;

/**
 * Fits a power law by least squares in log–log space. Null with fewer than two different sizes.
 * Points are taken as independent: give one point per trial, or one median per size.
 */
export function fitPowerLaw(
  points: readonly SizedCost[],
  confidence: number = CONFIDENCE,
): PowerLaw | null {
  const x = points.map(({ size }) => Math.log(size));
  const y = points.map(({ cost }) => Math.log(cost));
  const line = fitLine(x, y);
  if (line === null) {
    return null;
  }
  const { slope, intercept, residual, spreadX } = line;
  const degrees = points.length - 2;
  if (degrees === 0) {
    return { exponent: slope, factor: Math.exp(intercept), interval: null };
  }
  const error = Math.sqrt(residual / degrees / spreadX);
  const reach = studentQuantile(0.5 + confidence / 2, degrees) * error;
  return {
    exponent: slope,
    factor: Math.exp(intercept),
    interval: { low: slope - reach, high: slope + reach },
  };
}

/**
 * Finds the size at which the exponent changes: the best continuous two-piece line in log–log space,
 * kept only if it is clearly better than one line (F test, p < 1 % after Bonferroni) and the exponent
 * changes by 0.2 or more. Null otherwise, and with fewer than 6 points.
 */
export function findKnee(points: readonly SizedCost[]): Knee | null {
  if (points.length < KNEE_MIN_POINTS) {
    return null;
  }
  const x = points.map(({ size }) => Math.log(size));
  const y = points.map(({ cost }) => Math.log(cost));
  const straight = fitLine(x, y);
  if (straight === null || straight.residual <= ROUNDING * sum(y.map((value) => value ** 2))) {
    return null;
  }
  const sizes = [...new Set(points.map(({ size }) => size))].sort((a, b) => a - b);
  const candidates = sizes.slice(1, -1);
  let best: (TwoPieces & { readonly size: number }) | null = null;
  for (const size of candidates) {
    const pieces = fitTwoPieces(x, y, Math.log(size));
    if (pieces !== null && (best === null || pieces.residual < best.residual)) {
      best = { ...pieces, size };
    }
  }
  if (best === null) {
    return null;
  }
  // The bend costs two parameters: its place and the second slope.
  const degrees = points.length - 4;
  const gain = (straight.residual - best.residual) / 2;
  const pValue = Math.min(
    1,
    candidates.length * fUpperTail(gain / (best.residual / degrees), 2, degrees),
  );
  const change = Math.abs(best.slopeAfter - best.slopeBefore);
  return pValue < KNEE_MAX_P && change >= KNEE_MIN_CHANGE
    ? {
        size: best.size,
        exponentBefore: best.slopeBefore,
        exponentAfter: best.slopeAfter,
        pValue,
      }
    : null;
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Sum of squared residuals. */
  readonly residual: number;
  /** Sum of squared distances of x from its mean. */
  readonly spreadX: number;
}

function fitLine(x: readonly number[], y: readonly number[]): Line | null {
  if (new Set(x).size < 2) {
    return null;
  }
  const centeredX = centered(x);
  const spreadX = dot(centeredX, centeredX);
  const slope = dot(centeredX, y) / spreadX;
  const intercept = mean(y) - slope * mean(x);
  const residual = sum(y.map((value, i) => (value - intercept - slope * at(x, i)) ** 2));
  return { slope, intercept, residual, spreadX };
}

interface TwoPieces {
  readonly slopeBefore: number;
  readonly slopeAfter: number;
  readonly residual: number;
}

/** Least squares on (1, x, max(0, x − bend)): two lines that meet at the bend. */
function fitTwoPieces(x: readonly number[], y: readonly number[], bend: number): TwoPieces | null {
  const u = centered(x);
  const v = centered(x.map((value) => Math.max(0, value - bend)));
  const w = centered(y);
  const [uu, uv, vv, uw, vw] = [dot(u, u), dot(u, v), dot(v, v), dot(u, w), dot(v, w)];
  const determinant = uu * vv - uv * uv;
  if (determinant <= Number.EPSILON * uu * vv) {
    return null;
  }
  const slopeBefore = (vv * uw - uv * vw) / determinant;
  const turn = (uu * vw - uv * uw) / determinant;
  const residual = sum(
    w.map((value, i) => (value - slopeBefore * at(u, i) - turn * at(v, i)) ** 2),
  );
  return { slopeBefore, slopeAfter: slopeBefore + turn, residual };
}

function centered(values: readonly number[]): number[] {
  const center = mean(values);
  return values.map((value) => value - center);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((value, i) => value * at(b, i)));
}
