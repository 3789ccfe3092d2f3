/** Which of its things `bench races` is asked to do, and that no flag is given which says nothing there. */
import { InputError } from "../lib/errors.ts";
import type { RaceFlagTexts, RaceSwitches } from "./races-flags.ts";

/** Schedules, one finding again, real time, known faults, or the checks themselves. */
export type RacesMode = "campaign" | "replay" | "stress" | "mutants" | "selftest";

interface Taken {
  /** As typed: what chooses the mode. */
  readonly by: string;
  readonly flags: readonly string[];
  readonly switches: readonly string[];
}

const TAKEN: Readonly<Record<RacesMode, Taken>> = {
  campaign: {
    by: "a campaign of schedules",
    flags: ["scenario", "level", "seed", "seeds", "processes", "out"],
    switches: ["nightly", "json"],
  },
  replay: { by: "--replay", flags: ["replay"], switches: ["json"] },
  stress: {
    by: "real time (--level L2, --store)",
    flags: ["scenario", "level", "store", "seed", "seeds", "processes", "out"],
    switches: ["json"],
  },
  mutants: {
    by: "--mutants",
    flags: ["mutant", "resume", "level", "store", "seed", "seeds", "processes", "out"],
    switches: ["mutants", "json"],
  },
  selftest: {
    by: "--selftest",
    flags: ["histories", "seed", "seeds", "out"],
    switches: ["selftest", "json"],
  },
};

/** @throws InputError that names a flag which the mode does not know, and what it knows */
export function readMode(texts: RaceFlagTexts, switches: RaceSwitches): RacesMode {
  const mode = modeOf(texts, switches);
  const { by, flags, switches: known } = TAKEN[mode];
  const given = Object.keys(texts).filter((flag) => texts[flag] !== undefined);
  const strange = [
    ...given.filter((flag) => !flags.includes(flag)),
    ...[...switches].filter((flag) => !known.includes(flag)),
  ][0];
  if (strange === undefined) return mode;
  const others = [...flags, ...known].map((flag) => `--${flag}`).join(", ");
  throw new InputError(`--${strange} says nothing to ${by}, which takes ${others}.`);
}

function modeOf(texts: RaceFlagTexts, switches: RaceSwitches): RacesMode {
  if (switches.has("mutants")) return "mutants";
  if (switches.has("selftest")) return "selftest";
  if (texts["replay"] !== undefined) return "replay";
  return texts["store"] !== undefined || texts["level"] === "L2" ? "stress" : "campaign";
}
