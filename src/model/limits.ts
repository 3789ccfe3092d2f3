/** Limits on what runs at once and how often. */

/** A limit of one queue or one key. */
export interface Limit {
  /** Most jobs that run at once. */
  readonly concurrency?: number;
  /** A token bucket: `count` starts in each `perMs` milliseconds, at most `burst` (default `count`) at once. */
  readonly rate?: { readonly count: number; readonly perMs: number; readonly burst?: number };
}

/** All limits of a queue object. */
export interface LimitRules {
  /** By queue name. */
  readonly queues?: Readonly<Record<string, Limit>>;
  /** By limit key. */
  readonly keys?: Readonly<Record<string, Limit>>;
  /** For every limit key that `keys` does not name. */
  readonly eachKey?: Limit;
}

/** What is wrong with limits, a line each. */
export function limitProblems(rules: LimitRules): string[] {
  const named: [string, Limit | undefined][] = [
    ...Object.entries(rules.queues ?? {}).map(([name, l]): [string, Limit] => [`queue ${name}`, l]),
    ...Object.entries(rules.keys ?? {}).map(([name, l]): [string, Limit] => [`key ${name}`, l]),
    ["each key", rules.eachKey],
  ];
  return named.flatMap(([name, limit]) => (limit === undefined ? [] : problemsOf(name, limit)));
}

function problemsOf(name: string, { concurrency, rate }: Limit): string[] {
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
  const problems: string[] = [];
  if (concurrency !== undefined && !isCount(concurrency))
    problems.push(`limit of ${name}: concurrency ${concurrency} is not a whole number from 1`);
  if (rate === undefined) return problems;
  for (const [field, value] of Object.entries(rate))
    if (!isCount(value))
      problems.push(`limit of ${name}: rate.${field} ${value} is not a whole number from 1`);
  return problems;
}
