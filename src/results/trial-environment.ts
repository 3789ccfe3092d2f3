/** What the machine did to a trial while it ran: the guard that tells noise from news. */
import { readFileSync } from "node:fs";
import type { TrialEnvironment } from "./result.ts";

/** Kernel clock ticks in a second as `/proc/stat` counts them: part of Linux' interface to programs. */
const TICKS_PER_S = 100;
const MS_PER_TICK = 1000 / TICKS_PER_S;

/** Busy time is counted in ticks, each kind of it for itself: what so many of them tell is no news. */
const UNSURE_TICKS = 3;

/** What passed from one moment to another. */
export interface EnvironmentSpan {
  readonly before: EnvironmentCounters;
  readonly after: EnvironmentCounters;
}

/** A trial that is being watched. */
export interface TrialWatch {
  /** The span since the start; may be asked more than once. */
  span(): EnvironmentSpan;
  /** The environment of that span. */
  end(): TrialEnvironment;
}

/** Begins to watch, from within the process of the trial. Costs two small reads of `/proc` at each end. */
export function startTrialEnvironment(): TrialWatch {
  const before = readCounters();
  const span = (): EnvironmentSpan => ({ before, after: readCounters() });
  return { span, end: () => trialEnvironment([span()]) };
}

/** Counters of the system and of this process at one moment; null where the system does not tell. */
interface EnvironmentCounters {
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

/** The environment of some spans together; at least one. */
export function trialEnvironment(spans: readonly EnvironmentSpan[]): TrialEnvironment {
  const elapsedMs = sumOf(spans, ({ before, after }) => after.atMs - before.atMs) ?? 0;
  const percent = (spentMs: number | null): number | null => {
    if (spentMs === null) return null;
    // Coarse ticks can exceed a trial of a few milliseconds, and a counter that was reset is no news.
    return elapsedMs <= 0 ? 0 : Math.max(0, (spentMs / elapsedMs) * 100);
  };
  const pressureMs = growth(spans, "pressureUs", 1e-3);
  const switches = growth(spans, "involuntarySwitches", 1) ?? 0;
  return {
    cpuPressurePct: percent(pressureMs === null ? null : Math.min(pressureMs, elapsedMs)),
    othersCpuPct: percent(othersMs(spans)),
    stealPct: percent(growth(spans, "stealTicks", MS_PER_TICK)),
    involuntarySwitches: Math.max(0, switches),
  };
}

/** What the CPUs worked and this process did not, beyond what ticks may get wrong. */
function othersMs(spans: readonly EnvironmentSpan[]): number | null {
  const busyMs = growth(spans, "busyTicks", MS_PER_TICK);
  const ownMs = growth(spans, "ownCpuMs", 1);
  if (busyMs === null || ownMs === null) return null;
  // The errors of several spans cancel in part, as independent ones do.
  return busyMs - ownMs - UNSURE_TICKS * MS_PER_TICK * Math.sqrt(spans.length);
}

/** By how much a counter grew in all spans together; null where the system does not tell. */
function growth(
  spans: readonly EnvironmentSpan[],
  counter: keyof EnvironmentCounters,
  scale: number,
): number | null {
  return sumOf(spans, ({ before, after }) => {
    const [was, is] = [before[counter], after[counter]];
    return was === null || is === null ? null : (is - was) * scale;
  });
}

function sumOf(
  spans: readonly EnvironmentSpan[],
  spent: (span: EnvironmentSpan) => number | null,
): number | null {
  return spans.reduce<number | null>((sum, span) => {
    const value = spent(span);
    return sum === null || value === null ? null : sum + value;
  }, 0);
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

function wholeNumber(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits);
}
