/** The interventions of `bench flaky --classify`: each changes one thing and leaves the rest alone. */
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Cause } from "../../results/flaky-result.ts";
import { plainRun, type Variation } from "./one-run.ts";
import type { FlakyOptions } from "./options.ts";
import { serialArguments, shuffleArguments } from "./test-runner.ts";

/** An intervention that this command and machine allow. */
export interface Arm {
  readonly name: string;
  readonly cause: Cause;
  /** What it changes, for the report. */
  readonly about: string;
  /** Changes one run; `nth` counts the arm's runs from 1. */
  readonly apply: (plain: Variation, nth: number) => Variation;
}

/** An intervention that is not possible here. */
export interface UnavailableArm {
  readonly arm: string;
  readonly cause: Cause;
  readonly why: string;
}

/** What can be done on this machine. */
export interface Machine {
  readonly posix: boolean;
  /** A core that this process may use, by number; null where a program cannot be bound to one. */
  readonly oneCore: number | null;
}

/** How much slower the timing arm is. */
const TIMING_SLOWDOWN = 4;

/** Loaded from the build, also when this runs from its sources: the user's program cannot read those. */
const NOISE_PROGRAM = new URL("../../../dist/races/flaky/schedule-noise.js", import.meta.url);

/** The arms, and those that are left out with the reason. */
export function armsFor(
  options: FlakyOptions,
  machine: Machine,
): { readonly arms: readonly Arm[]; readonly unavailable: readonly UnavailableArm[] } {
  const all = [
    orderArm(options),
    freshFoldersArm(),
    oneCoreArm(machine),
    slowArm(machine),
    twinArm(options),
    serialArm(options),
    noiseArm(),
  ];
  return {
    arms: all.filter((arm): arm is Arm => "apply" in arm),
    unavailable: all.filter((arm): arm is UnavailableArm => "why" in arm),
  };
}

/** The baseline's run: the command as it is, with the same order each time unless `--shuffle` is on. */
export function baselineRun(options: FlakyOptions, label: string, nth: number): Variation {
  return plainRun(label, options.shuffle ? options.seed + nth - 1 : null);
}

function orderArm({ shuffle, testRunner, command, seed }: FlakyOptions): Arm | UnavailableArm {
  const named = { cause: "order" } as const;
  if (shuffle) {
    return {
      ...named,
      name: "one order",
      about: `every run in the order of seed ${seed}, where the baseline shuffles`,
      apply: (plain) => ({ ...plain, shuffleSeed: seed }),
    };
  }
  if (shuffleArguments(testRunner, command, seed) === null) {
    return {
      ...named,
      arm: "shuffled",
      why: "the command takes no seed: write {seed} where it does",
    };
  }
  return {
    ...named,
    name: "shuffled",
    about: "a new order in every run, where the baseline keeps one",
    apply: (plain, nth) => ({ ...plain, shuffleSeed: seed + nth }),
  };
}

function freshFoldersArm(): Arm {
  return {
    name: "fresh folders",
    cause: "shared state",
    about: "empty temporary and cache folders in every run (not the current folder, nor databases)",
    apply: (plain) => ({ ...plain, freshFolders: true }),
  };
}

function oneCoreArm({ oneCore }: Machine): Arm | UnavailableArm {
  const named = { cause: "resources" } as const;
  if (oneCore === null) {
    return { ...named, arm: "one core", why: "needs taskset (Linux) and more than one core" };
  }
  return {
    ...named,
    name: "one core",
    about: "all processes on one core, and one thread in Node's pool",
    apply: (plain) => ({
      ...plain,
      prefix: ["taskset", "-c", String(oneCore)],
      env: { ...plain.env, UV_THREADPOOL_SIZE: "1" },
    }),
  };
}

function slowArm({ posix }: Machine): Arm | UnavailableArm {
  const named = { cause: "timing" } as const;
  if (!posix) return { ...named, arm: "slow", why: "needs the signals of a POSIX system" };
  return {
    ...named,
    name: "slow",
    about: `${TIMING_SLOWDOWN}x slower against the clock`,
    apply: (plain) => ({ ...plain, slowdown: TIMING_SLOWDOWN }),
  };
}

function twinArm({ report }: FlakyOptions): Arm | UnavailableArm {
  const named = { cause: "concurrency" } as const;
  if (report !== null && !report.includes("{run}")) {
    const why = "both copies would write the same report: put {run} into --report";
    return { ...named, arm: "twins", why };
  }
  return {
    ...named,
    name: "twins",
    about:
      "a second copy of the command at the same time; the earlier or later one counts, in turn",
    apply: (plain, nth) => ({ ...plain, twin: nth % 2 === 0 ? "first" : "second" }),
  };
}

function serialArm({ testRunner }: FlakyOptions): Arm | UnavailableArm {
  const named = { cause: "concurrency" } as const;
  const extraArguments = serialArguments(testRunner);
  if (extraArguments === null) {
    return { ...named, arm: "serial", why: "only vitest and jest are known to take it" };
  }
  return {
    ...named,
    name: "serial",
    about: `test files one after the other (${extraArguments.join(" ")})`,
    apply: (plain) => ({ ...plain, extraArguments }),
  };
}

function noiseArm(): Arm {
  const { NODE_OPTIONS = "" } = process.env;
  const preload = `--import=${NOISE_PROGRAM.href}`;
  return {
    name: "noisy timers",
    cause: "schedule",
    about: "timers late by up to 12 ms and event-loop turns reordered (Node programs only)",
    apply: (plain) => ({
      ...plain,
      env: { ...plain.env, NODE_OPTIONS: `${NODE_OPTIONS} ${preload}`.trim() },
    }),
  };
}

/** Looks at the machine. */
export function readMachine(cores: number): Machine {
  const posix = process.platform !== "win32";
  const bound = process.platform === "linux" && cores > 1 && isOnPath("taskset");
  return { posix, oneCore: bound ? firstAllowedCore() : null };
}

function isOnPath(program: string): boolean {
  const { PATH = "" } = process.env;
  return PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A container may have been given any cores; null where the system does not tell. */
function firstAllowedCore(): number | null {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    const first = /^Cpus_allowed_list:\s*(\d+)/m.exec(status)?.[1];
    return first === undefined ? null : Number(first);
  } catch {
    return null;
  }
}
