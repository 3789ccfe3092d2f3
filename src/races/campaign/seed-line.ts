/**
 * A seed line: a case and its schedule in one word, so that a finding can be sent, replayed and kept. It is
 * data alone: what is read back is checked, and nothing of it is run but the case's own calls.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { InputError } from "../../lib/errors.ts";
import type { RaceCase } from "../cases/race-case.ts";
import { raceCaseSchema } from "../cases/race-case-schema.ts";

/** What a seed line carries. */
export interface Replay {
  readonly raceCase: RaceCase;
  /** Index of the step taken, at each step; 0 from the end of the list on. */
  readonly choices: readonly number[];
}

const PREFIX = "rq1";

/** A longer line is none of ours. */
const MOST_CHARS = 20_000;

/** The line of a case and its schedule: `rq1:<scenario>:<data>`. */
export function toSeedLine({ raceCase, choices }: Replay): string {
  const data = JSON.stringify([raceCase, sparse(choices)]);
  const packed = deflateRawSync(Buffer.from(data), { level: 9 }).toString("base64url");
  return `${PREFIX}:${raceCase.scenario}:${packed}`;
}

/** Reads a line back. @throws InputError for a line that is none, or cut short */
export function fromSeedLine(line: string): Replay {
  const [prefix, , packed] = line.trim().split(":");
  if (prefix !== PREFIX || packed === undefined || line.length > MOST_CHARS) {
    throw new InputError(
      `${JSON.stringify(shown(line))} is no seed line; copy the whole word that begins with ${PREFIX}: from the last line of a report`,
    );
  }
  try {
    const text = inflateRawSync(Buffer.from(packed, "base64url"), { maxOutputLength: 1 << 22 });
    const [raceCase, pairs] = JSON.parse(text.toString()) as [unknown, unknown];
    return { raceCase: raceCaseSchema.parse(raceCase), choices: dense(pairs) };
  } catch (cause) {
    throw new InputError(
      `The seed line ${JSON.stringify(shown(line))} is damaged or of another version; copy it again, whole`,
      { cause },
    );
  }
}

/** The steps at which somebody else went first: (step, choice) pairs. */
function sparse(choices: readonly number[]): [number, number][] {
  return choices.flatMap((choice, step): [number, number][] =>
    choice === 0 ? [] : [[step, choice]],
  );
}

const MOST_STEP = 1_000_000;

function dense(pairs: unknown): number[] {
  const choices: number[] = [];
  for (const pair of pairs as [number, number][]) {
    const [step, choice] = pair.map(Number) as [number, number];
    if (!(step >= choices.length && step < MOST_STEP && choice > 0))
      throw new Error(`no step ${step}`);
    while (choices.length < step) choices.push(0);
    choices.push(choice);
  }
  return choices;
}

function shown(line: string): string {
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
