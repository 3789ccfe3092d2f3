/**
 * Which cells the next block measures, and how long a trial may take. Pure: the runner asks after
 * every block, so that a resumed run goes on as the interrupted one would have.
 */

/** What is known of a cell so far. */
export interface CellProgress {
  readonly scenario: string;
  /** False when no further trial is wanted: it failed, was cut or was wrong. */
  readonly open: boolean;
  readonly trials: number;
  /** Half the width of the headline's interval relative to its median; null while there is none. */
  readonly precision: number | null;
  /** The longest trial with its check, in ms; 0 before the first. */
  readonly costMs: number;
}

/** Below this no pair of order statistics covers the median with 95 %. */
const MIN_TRIALS = 6;

/** An interval of ±5 % is narrow enough to stop. */
const NARROW = 0.05;

/** This share of a budget is kept for second trials and more: one trial of everything tells nothing of noise. */
const REPEAT_SHARE = 0.1;

/** Quick cells leave time over, and hopeless ones end early; a slow one may take this many equal shares. */
const SLOW_SHARES = 2.5;

/** A trial gets at least this long, whatever the budget says: less would measure nothing. */
const MIN_LIMIT_MS = 2000;

/**
 * The indexes of the cells of the next block; empty at the end. `wanted` is the number of trials per
 * cell, or null to go on until every interval is narrow; `leftMs` is what the budget still allows
 * (`Infinity` without one).
 *
 * Every cell gets one trial before any gets a second; then all cells in step. When the budget cannot
 * give every cell an interval, the cells that can have one come before the others, the cheapest of
 * each scenario first: they are the likely winners. Then the cells with the widest, none counting as widest.
 */
export function chooseBlock(
  cells: readonly CellProgress[],
  wanted: number | null,
  leftMs: number,
): readonly number[] {
  const open = cells.flatMap((cell, index) => (cell.open ? [{ ...cell, index }] : []));
  const unmeasured = open.filter(({ trials }) => trials === 0);
  if (unmeasured.length > 0) return leftMs > 0 ? indexesOf(unmeasured) : [];
  if (wanted !== null) {
    const behind = open.filter(({ trials }) => trials < wanted);
    const fewest = Math.min(...behind.map(({ trials }) => trials));
    return indexesOf(
      affordable(
        behind.filter(({ trials }) => trials === fewest),
        leftMs,
        () => 1,
      ),
    );
  }
  const uncertain = open.filter(({ precision }) => precision === null || precision > NARROW);
  const young = uncertain.filter(({ trials }) => trials < MIN_TRIALS);
  const reachable = affordable(
    cheapestOfEachFirst(young),
    leftMs,
    ({ trials }) => MIN_TRIALS - trials,
  );
  if (reachable.length > 0) return indexesOf(reachable);
  const widest = cheapestOfEachFirst(uncertain).toSorted(
    (a, b) => (b.precision ?? Number.POSITIVE_INFINITY) - (a.precision ?? Number.POSITIVE_INFINITY),
  );
  return indexesOf(affordable(widest, leftMs, () => 1));
}

/**
 * How long the measured part of a cell's first trial may take: the usual limit, or somewhat more than
 * an equal share of the budget where that is shorter, so that none is slow at the cost of the others.
 * `budgetMs` is the whole budget when repeats are wanted as time allows, else 0.
 */
export function firstTrialLimitMs(
  cells: readonly CellProgress[],
  maxTrialMs: number,
  leftMs: number,
  budgetMs: number,
): number {
  const waiting = cells.filter(({ open, trials }) => open && trials === 0).length;
  const shareMs = (leftMs - budgetMs * REPEAT_SHARE) / waiting;
  return Math.min(maxTrialMs, Math.max(MIN_LIMIT_MS, shareMs * SLOW_SHARES));
}

interface Indexed extends CellProgress {
  readonly index: number;
}

/** By cost, with the scenarios taking turns. */
function cheapestOfEachFirst(cells: readonly Indexed[]): Indexed[] {
  const byCost = cells.toSorted((a, b) => a.costMs - b.costMs);
  const turnOf = (cell: Indexed): number =>
    byCost.filter(({ scenario }) => scenario === cell.scenario).indexOf(cell);
  return byCost.toSorted((a, b) => turnOf(a) - turnOf(b));
}

/** The cells whose trials fit into the time left, taken in the order given. */
function affordable(
  cells: readonly Indexed[],
  leftMs: number,
  trialsOf: (cell: Indexed) => number,
): Indexed[] {
  let spareMs = leftMs;
  return cells.filter((cell) => {
    const needMs = trialsOf(cell) * cell.costMs;
    if (needMs > spareMs) return false;
    spareMs -= needMs;
    return true;
  });
}

function indexesOf(cells: readonly Indexed[]): number[] {
  return cells.map(({ index }) => index);
}
