/** Makes one verdict of what was found in the databases of a trial's rounds. */
import type { Checks } from "../results/result.ts";

/** The facts that must be the same in all rounds: they did the same work. */
const FACTS = ["jobs", "edges", "checksum"] as const;

/** At least one. What only some rounds show is a violation; those of later rounds name their round, counted from 1. */
export function joinChecks(rounds: readonly Checks[]): Checks {
  const [first, ...others] = rounds;
  if (first === undefined) throw new Error("a trial has a round");
  const later = others.flatMap((checks, i) => {
    const differing = FACTS.filter((fact) => checks[fact] !== first[fact]);
    return [
      ...checks.violations,
      ...differing.map((fact) => `${fact} ${checks[fact]}, not ${first[fact]} as in the first`),
    ].map((text) => `round ${i + 2}: ${text}`);
  });
  return {
    ...first,
    doneOnce: all(rounds.map(({ doneOnce }) => doneOnce)),
    ordered: all(rounds.map(({ ordered }) => ordered)),
    violations: [...first.violations, ...later],
  };
}

/** Null where it was not checked. */
function all(answers: readonly (boolean | null)[]): boolean | null {
  return answers.every((answer) => answer === null)
    ? null
    : answers.every((answer) => answer !== false);
}
