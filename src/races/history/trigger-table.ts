/**
 * The 13 trigger rules as the checks understand them. Written from their definitions, and never from the
 * engine's code: a fault in one must show against the other.
 *
 * Each rule is given by how many parents may have ended in which way. A parent that was skipped because
 * of a failure, or cancelled, counts as failed.
 */

/** The ways in which a parent may stand, as a set of bits. */
export const WAY = { pending: 1, done: 2, failed: 4, skipped: 8 } as const;

/** Rules by name; the numbers are private to a history. `at_least(k)` is {@link AT_LEAST_RULE} + k. */
export const RULE = {
  all_success: 0,
  one_success: 1,
  all_failed: 2,
  all_done: 3,
  all_done_min_one_success: 4,
  all_skipped: 5,
  one_failed: 6,
  one_done: 7,
  none_failed: 8,
  none_failed_min_one_success: 9,
  none_skipped: 10,
  always: 11,
} as const;

/** `at_least(k)` is this plus k. */
export const AT_LEAST_RULE = 100;

/** The rule's number. @throws Error for a name that is none */
export function ruleOf(name: string): number {
  if (Object.hasOwn(RULE, name)) return RULE[name as keyof typeof RULE];
  const least = /^at_least\((\d+)\)$/.exec(name)?.[1];
  if (least === undefined) throw new Error(`no trigger rule is called ${name}`);
  return AT_LEAST_RULE + Number(least);
}

/** The rule's name. */
export function ruleName(rule: number): string {
  if (rule > AT_LEAST_RULE) return `at_least(${rule - AT_LEAST_RULE})`;
  return Object.keys(RULE)[rule] ?? `rule ${rule}`;
}

/** How many parents may stand in a way of the mask. */
type Count = (mask: number) => number;

const { done, failed, skipped } = WAY;
const ended = done | failed | skipped;

/** May the child run, if `may(mask)` of `total` parents may stand in a way of the mask? By rule. */
const MAY_RUN: readonly ((may: Count, total: number) => boolean)[] = [
  (may, total) => may(done) === total,
  (may) => may(done) > 0,
  (may, total) => may(failed) === total,
  (may, total) => may(ended) === total,
  (may, total) => may(ended) === total && may(done) > 0,
  (may, total) => may(skipped) === total,
  (may) => may(failed) > 0,
  (may) => may(done | failed) > 0,
  (may, total) => may(done | skipped) === total,
  (may, total) => may(done | skipped) === total && may(done) > 0,
  (may, total) => may(done | failed) === total,
  () => true,
];

/** May the child be skipped? By rule: some way of the parents makes it impossible that it ever runs. */
const MAY_SKIP: readonly ((may: Count, total: number) => boolean)[] = [
  (may) => may(failed | skipped) > 0,
  (may, total) => may(failed | skipped) === total,
  (may) => may(done | skipped) > 0,
  () => false,
  (may, total) => may(failed | skipped) === total,
  (may) => may(done | failed) > 0,
  (may, total) => may(done | skipped) === total,
  (may, total) => may(skipped) === total,
  (may) => may(failed) > 0,
  (may, total) => may(failed) > 0 || may(skipped) === total,
  (may) => may(skipped) > 0,
  () => false,
];

/** A mask for each parent. */
type Ways = Pick<readonly number[], "length" | typeof Symbol.iterator>;

/** Whether a rule lets a child run under at least one way in which its parents may stand; a mask of {@link WAY} each. */
export function mayRun(rule: number, parents: Ways): boolean {
  const may = counter(parents);
  if (parents.length === 0) return true;
  if (rule > AT_LEAST_RULE) return may(done) >= rule - AT_LEAST_RULE;
  return MAY_RUN[rule]?.(may, parents.length) ?? true;
}

/** Whether a rule lets a child be skipped under at least one way in which its parents may stand. */
export function maySkip(rule: number, parents: Ways): boolean {
  const may = counter(parents);
  if (parents.length === 0) return false;
  if (rule > AT_LEAST_RULE) return parents.length - may(failed | skipped) < rule - AT_LEAST_RULE;
  return MAY_SKIP[rule]?.(may, parents.length) ?? true;
}

/** Whether a rule decides before all parents have ended, as ANY does. */
export function decidesEarly(rule: number): boolean {
  const early: readonly number[] = [RULE.one_success, RULE.one_failed, RULE.one_done];
  return rule > AT_LEAST_RULE || early.includes(rule);
}

function counter(parents: Ways): Count {
  return (mask) => {
    let count = 0;
    for (const ways of parents) if ((ways & mask) !== 0) count++;
    return count;
  };
}
