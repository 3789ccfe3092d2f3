/** Judging the machine, never the measurement: was it quiet enough while a trial ran. */
import type { Finding } from "./finding.ts";
import { count, percent } from "./phrases.ts";
import type { Cell, TrialEnvironment } from "./result.ts";

/**
 * Above one of these a trial ran on a disturbed machine. A trial keeps its own two or three threads
 * runnable, which on two quiet cores shows as up to some 15 % pressure; a busy neighbour on one core
 * adds 30 % and more. Stolen time is never our own doing, so little of it is enough.
 */
const NOISE_LIMITS = { cpuPressurePct: 25, stealPct: 2 } as const;

/** Whether the machine was disturbed by others; what the system does not tell counts as quiet. */
function isNoisy({ cpuPressurePct, stealPct }: TrialEnvironment): boolean {
  return (
    (cpuPressurePct ?? 0) > NOISE_LIMITS.cpuPressurePct || (stealPct ?? 0) > NOISE_LIMITS.stealPct
  );
}

/** One finding for the whole run when any of its trials was disturbed. */
export function noiseFindings(cells: readonly Cell[]): Finding[] {
  const environments = cells.flatMap(({ trials }) => trials.map(({ environment }) => environment));
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
