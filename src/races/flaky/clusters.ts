/** Finds tests that fail in the same runs: they probably share one cause. */
import type { FlakyCluster, FlakyTarget } from "../../results/flaky-result.ts";
import { at } from "../../stats/elements.ts";
import { fisherExact } from "../../stats/fisher.ts";
import { holm } from "../../stats/holm.ts";

/** The chance of one false pair among all. */
const LEVEL = 0.05;

/** Pairs grow with the square; of more tests that flake, those with the most failures are looked at. */
const MOST_TESTS = 150;

interface Candidate {
  readonly name: string;
  readonly failed: ReadonlySet<number>;
}

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly pValue: number;
}

/**
 * Groups the tests of a campaign of `runs` runs. Two tests belong together when one fails more often in the
 * runs in which the other does (Fisher, one-sided, adjusted after Holm over all pairs); groups are what
 * such pairs connect. Tests that always or never fail tell nothing.
 */
export function findClusters(
  targets: readonly FlakyTarget[],
  runs: number,
): readonly FlakyCluster[] {
  const candidates = targets
    .filter(({ kind }) => kind !== "command")
    .map(
      ({ name, failedRuns, retriedRuns }): Candidate => ({
        name,
        failed: new Set([...failedRuns, ...retriedRuns]),
      }),
    )
    .filter(({ failed }) => failed.size > 1 && failed.size < runs)
    .sort((a, b) => b.failed.size - a.failed.size)
    .slice(0, MOST_TESTS);
  const pairs = pairsOf(candidates, runs);
  const group = candidates.map((_, index) => index);
  const rootOf = (index: number): number =>
    at(group, index) === index ? index : rootOf(at(group, index));
  const tied = pairs.filter(({ pValue }) => pValue <= LEVEL);
  for (const { a, b } of tied) group[rootOf(a)] = rootOf(b);
  const roots = [...new Set(tied.map(({ a }) => rootOf(a)))];
  return roots.map((root) => {
    const isMember = (index: number): boolean => rootOf(index) === root;
    const members = candidates.filter((_, index) => isMember(index));
    const failedRuns = [...new Set(members.flatMap(({ failed }) => [...failed]))];
    return {
      names: members.map(({ name }) => name),
      together: failedRuns.filter((run) => members.every(({ failed }) => failed.has(run))).length,
      any: failedRuns.length,
      pValue: Math.max(...tied.filter(({ a }) => isMember(a)).map(({ pValue }) => pValue)),
    };
  });
}

function pairsOf(candidates: readonly Candidate[], runs: number): readonly Pair[] {
  const raw: Pair[] = [];
  for (const [a, one] of candidates.entries()) {
    for (const [offset, other] of candidates.slice(a + 1).entries()) {
      const both = [...one.failed].filter((run) => other.failed.has(run)).length;
      const { secondMore } = fisherExact(
        { failures: other.failed.size - both, runs: runs - one.failed.size },
        { failures: both, runs: one.failed.size },
      );
      raw.push({ a, b: a + 1 + offset, pValue: secondMore });
    }
  }
  const adjusted = holm(raw.map(({ pValue }) => pValue));
  return raw.map((pair, index) => ({ ...pair, pValue: at(adjusted, index) }));
}
