/** What the machine did to a trial while it ran: the guard that tells noise from news. */
import { readFileSync } from "node:fs";
import type { TrialEnvironment } from "./result.ts";

/** Kernel clock ticks in a second as `/proc/stat` counts them: part of Linux' interface to programs. */
const TICKS_PER_S = 100;
const MS_PER_TICK = 1000 / TICKS_PER_S;

/** Busy time is counted in ticks, each kind of it for itself: what so many of them tell is no news. */
const UNSURE_TICKS = 3;

/** A trial that is being watched. */
export interface TrialWatch {
  /** The environment since the start; may be asked more than once. */
  end(): TrialEnvironment;
}

/** Begins to watch, from within the process of the trial. Costs two small reads of `/proc` at each end. */
export function startTrialEnvironment(): TrialWatch {
  const before = readCounters();
  return { end: () => trialEnvironmentBetween(before, readCounters()) };
}

/** Counters of the system and of this process at one moment; null where the system does not tell. */
export interface EnvironmentCounters {
  /** Milliseconds of a clock that only goes forward. */
  readonly atMs: number;
  /** Time in which some runnable process waited for a CPU, since boot. */
  readonly pressureUs: number | null;
  /** Time in which the CPUs worked for anybody, all of them together, since boot. */
  readonly busyTicks: number | null;
  /** Time in which they worked for this process. */
  readonly ownCpuMs: number;
  /** Time that the hypervisor gave to others, all CPUs together, since boot. */
  readonly stealTicks: number | null;
  readonly involuntarySwitches: number;
}

/** The environment between two readings. */
export function trialEnvironmentBetween(
  before: EnvironmentCounters,
  after: EnvironmentCounters,
): TrialEnvironment {
  const elapsedMs = after.atMs - before.atMs;
  const percent = (spentMs: number | null): number | null => {
    if (spentMs === null) return null;
    // Coarse ticks can exceed a trial of a few milliseconds, and a counter that was reset is no news.
    return elapsedMs <= 0 ? 0 : Math.max(0, (spentMs / elapsedMs) * 100);
  };
  const pressureMs = difference(before.pressureUs, after.pressureUs, 1e-3);
  return {
    cpuPressurePct: percent(pressureMs === null ? null : Math.min(pressureMs, elapsedMs)),
    othersCpuPct: percent(othersMs(before, after)),
    stealPct: percent(difference(before.stealTicks, after.stealTicks, MS_PER_TICK)),
    involuntarySwitches: Math.max(0, after.involuntarySwitches - before.involuntarySwitches),
  };
}

/** What the CPUs worked and this process did not, beyond what ticks may get wrong. */
function othersMs(before: EnvironmentCounters, after: EnvironmentCounters): number | null {
  const busyMs = difference(before.busyTicks, after.busyTicks, MS_PER_TICK);
  if (busyMs === null) return null;
  return busyMs - (after.ownCpuMs - before.ownCpuMs) - UNSURE_TICKS * MS_PER_TICK;
}

/** The microseconds of `/proc/pressure/cpu`'s `some` line, or null when the text is something else. */
export function parsePressureUs(text: string): number | null {
  return wholeNumber(/^some .*\btotal=(\d+)/m.exec(text)?.[1]);
}

/** The stolen ticks of all CPUs in `/proc/stat`, or null when the text is something else. */
export function parseStealTicks(text: string): number | null {
  // cpu user nice system idle iowait irq softirq steal …
  return wholeNumber(/^cpu +(?:\d+ +){7}(\d+)/m.exec(text)?.[1]);
}

/** The ticks in which the CPUs were busy, in `/proc/stat`, or null when the text is something else. */
export function parseBusyTicks(text: string): number | null {
  const [, user, nice, system, irq, softirq] =
    /^cpu +(\d+) +(\d+) +(\d+) +\d+ +\d+ +(\d+) +(\d+)/m.exec(text) ?? [];
  const kinds = [user, nice, system, irq, softirq].map(wholeNumber);
  return kinds.reduce<number | null>(
    (sum, ticks) => (sum === null || ticks === null ? null : sum + ticks),
    0,
  );
}

function readCounters(): EnvironmentCounters {
  const stat = procText("/proc/stat");
  const { user, system } = process.cpuUsage();
  return {
    atMs: performance.now(),
    pressureUs: parsePressureUs(procText("/proc/pressure/cpu")),
    busyTicks: parseBusyTicks(stat),
    ownCpuMs: (user + system) / 1000,
    stealTicks: parseStealTicks(stat),
    involuntarySwitches: process.resourceUsage().involuntaryContextSwitches,
  };
}

/** The text of a `/proc` file; empty on other systems, in old kernels and where it is forbidden. */
function procText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function difference(before: number | null, after: number | null, scale: number): number | null {
  return before === null || after === null ? null : (after - before) * scale;
}

function wholeNumber(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits);
}
