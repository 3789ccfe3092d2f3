/** Judging the machine, never the measurement: was it quiet enough while a trial ran. */
import type { Finding } from "./finding.ts";
import { count, percent } from "./phrases.ts";
import type { Cell, Trial, TrialEnvironment } from "./result.ts";

/**
 * Above one of these a trial ran on a disturbed machine. A trial keeps its own two or three threads
 * runnable, which on two quiet cores shows as up to some 15 % pressure; a busy neighbour on one core
 * adds 30 % and more. Stolen time is never our own doing, so little of it is enough.
 */
const NOISE_LIMITS = { cpuPressurePct: 25, stealPct: 2 } as const;

/** Whether the machine was disturbed by others; what the system does not tell counts as quiet. */
export function isNoisy({ cpuPressurePct, stealPct }: TrialEnvironment): boolean {
  return (
    (cpuPressurePct ?? 0) > NOISE_LIMITS.cpuPressurePct || (stealPct ?? 0) > NOISE_LIMITS.stealPct
  );
}

/** What a run should say of the machine: which trials it spoiled, and which disturbed ones count nevertheless. */
export function noiseFindings(cells: readonly Cell[]): Finding[] {
  const trials = cells.flatMap((cell) => cell.trials);
  const spoiled = trials.filter((trial) => trial.spoiled === true).length;
  return [...spoiledFindings(spoiled, trials.length), ...disturbedFindings(trials)];
}

function spoiledFindings(spoiled: number, trials: number): Finding[] {
  if (spoiled === 0) return [];
  return [
    {
      kind: "spoiled-blocks",
      evidence: `${count(spoiled, "trial")} of ${trials} ran on a disturbed machine and ${spoiled === 1 ? "was" : "were"} measured again`,
      values: { spoiledTrials: spoiled, trials },
      advice: "nothing: the spoiled trials are kept in the result and count in no figure",
    },
  ];
}

function disturbedFindings(trials: readonly Trial[]): Finding[] {
  const environments = trials
    .filter(({ spoiled }) => spoiled !== true)
    .map(({ environment }) => environment);
  const noisyTrials = environments.filter(isNoisy).length;
  if (noisyTrials === 0) {
    return [];
  }
  const cpuPressureMaxPct = largest(environments.map(({ cpuPressurePct }) => cpuPressurePct));
  const stealMaxPct = largest(environments.map(({ stealPct }) => stealPct));
  return [
    {
      kind: "noisy-host",
      evidence:
        `${noisyTrials} of ${count(environments.length, "trial")} ran on a disturbed machine: ` +
        `CPU pressure up to ${percent(cpuPressureMaxPct / 100)}, ` +
        `stolen time up to ${percent(stealMaxPct / 100)} of a core`,
      values: { noisyTrials, trials: environments.length, cpuPressureMaxPct, stealMaxPct },
      advice: "stop other work on this machine and run again",
    },
  ];
}

function largest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}
