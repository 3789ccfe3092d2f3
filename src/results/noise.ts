/** Judging the machine, never the measurement: was it quiet enough while a trial ran. */
import type { Finding } from "./finding.ts";
import { count, percent } from "./phrases.ts";
import type { Cell, Trial, TrialEnvironment } from "./result.ts";

/**
 * What makes a machine a disturbed one. Pressure alone does not: the threads of a trial wait for each other, which on
 * two quiet cores shows as 27 to 63 % (docs/decisions/007-pressure-of-our-own.md); somebody else must have worked
 * meanwhile. Stolen time is never our own doing, so little of it is enough.
 */
const NOISE_LIMITS = { cpuPressurePct: 25, othersCpuPct: 15, stealPct: 2 } as const;

/** Whether the machine was disturbed by others; what the system does not tell counts as quiet. */
export function isNoisy({ cpuPressurePct, othersCpuPct, stealPct }: TrialEnvironment): boolean {
  if ((stealPct ?? 0) > NOISE_LIMITS.stealPct) return true;
  // Results of earlier versions, and other systems, tell pressure alone.
  const others = othersCpuPct ?? Number.POSITIVE_INFINITY;
  return (cpuPressurePct ?? 0) > NOISE_LIMITS.cpuPressurePct && others > NOISE_LIMITS.othersCpuPct;
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
  const othersMaxPct = largest(environments.map(({ othersCpuPct }) => othersCpuPct ?? null));
  const stealMaxPct = largest(environments.map(({ stealPct }) => stealPct));
  return [
    {
      kind: "noisy-host",
      evidence:
        `${noisyTrials} of ${count(environments.length, "trial")} ran on a disturbed machine: ` +
        `CPU pressure up to ${percent(cpuPressureMaxPct / 100)}, ` +
        (othersMaxPct > 0 ? `others used up to ${percent(othersMaxPct / 100)} of a core, ` : "") +
        `stolen time up to ${percent(stealMaxPct / 100)} of a core`,
      values: {
        noisyTrials,
        trials: environments.length,
        cpuPressureMaxPct,
        ...(othersMaxPct > 0 ? { othersMaxPct } : {}),
        stealMaxPct,
      },
      advice: "stop other work on this machine and run again",
    },
  ];
}

function largest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}
