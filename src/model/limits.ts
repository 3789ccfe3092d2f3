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

const RULES: readonly string[] = ["queues", "keys", "eachKey"];
const RATE: readonly string[] = ["count", "perMs", "burst"];

/** What is wrong with limits, a line each. */
export function limitProblems(rules: LimitRules): string[] {
  const unknown = Object.keys(rules).filter((name) => !RULES.includes(name));
  const named: [string, Limit | undefined][] = [
    ...Object.entries(rules.queues ?? {}).map(([name, l]): [string, Limit] => [`queue ${name}`, l]),
    ...Object.entries(rules.keys ?? {}).map(([name, l]): [string, Limit] => [`key ${name}`, l]),
    ["each key", rules.eachKey],
  ];
  return [
    ...unknown.map(
      (name) => `limits.${name}: there is no such rule; known are ${RULES.join(", ")}`,
    ),
    ...named.flatMap(([name, limit]) => (limit === undefined ? [] : problemsOf(name, limit))),
  ];
}

function problemsOf(name: string, { concurrency, rate, ...rest }: Limit): string[] {
  const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1;
  const problems = Object.keys(rest).map(
    (field) => `limit of ${name}: there is no ${field}; known are concurrency, rate`,
  );
  if (concurrency !== undefined && !isCount(concurrency))
    problems.push(`limit of ${name}: concurrency ${concurrency} is not a whole number from 1`);
  if (rate === undefined) return problems;
  const { count, perMs } = rate;
  for (const [field, value] of Object.entries({ ...rate, count, perMs }))
    if (!RATE.includes(field))
      problems.push(`limit of ${name}: there is no rate.${field}; known are ${RATE.join(", ")}`);
    else if (!isCount(value))
      problems.push(`limit of ${name}: rate.${field} ${value} is not a whole number from 1`);
  return problems;
}
