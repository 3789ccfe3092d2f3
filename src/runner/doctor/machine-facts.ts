/** What can be read and timed of this machine in about two seconds, before anything is measured on it. */
import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { availableParallelism, freemem, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, messageOf } from "../../lib/errors.ts";
import { startTrialEnvironment } from "../../results/trial-environment.ts";

/** Null wherever the system does not tell. */
export interface MachineFacts {
  readonly cores: number;
  /** `v20.20.2` and the like, without the v. */
  readonly node: string;
  readonly nodeOptions: string;
  /** Share of a second in which some process waited for a CPU, while this one slept. */
  readonly cpuPressurePct: number | null;
  readonly stealPct: number | null;
  /** Runnable processes in the last minute. */
  readonly load1: number;
  readonly governor: string | null;
  /** CPUs that the container may use, where it is limited. */
  readonly cpuQuota: number | null;
  readonly onBattery: boolean | null;
  readonly memoryFreeBytes: number;
  readonly swapUsedBytes: number | null;
  /** How late a timer of a millisecond fires. */
  readonly timerLateMsP50: number;
  readonly timerLateMsMax: number;
  /** Of a small write to the folder of the databases. */
  readonly fsyncMsP50: number;
  readonly fsyncMsMax: number;
  /** As `statfs` numbers it. */
  readonly fileSystemType: number;
  readonly diskFreeBytes: number;
}

const IDLE_MS = 1000;
const TIMERS = 100;
const TIMER_MS = 1;
const FSYNCS = 51;
const WRITE_BYTES = 4096;
const BYTES_PER_KIB = 1024;

/** Reads and times; `folder` must exist and is where the databases would be. @throws InputError where it cannot be written */
export async function readMachineFacts(folder: string): Promise<MachineFacts> {
  const watch = startTrialEnvironment();
  await sleep(IDLE_MS);
  const { cpuPressurePct, stealPct } = watch.end();
  const timersMs = await timeTimers();
  const fsyncsMs = await timeFsyncs(folder);
  const disk = statfsSync(folder);
  const memory = textOf("/proc/meminfo");
  const swapTotal = kib(memory, "SwapTotal");
  const swapFree = kib(memory, "SwapFree");
  return {
    cores: availableParallelism(),
    node: process.versions.node,
    nodeOptions: process.env["NODE_OPTIONS"] ?? "",
    cpuPressurePct,
    stealPct,
    load1: loadavg()[0] ?? 0,
    governor: textOf("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")?.trim() ?? null,
    cpuQuota: parseCpuQuota(textOf("/sys/fs/cgroup/cpu.max")),
    onBattery: readOnBattery(),
    memoryFreeBytes: kib(memory, "MemAvailable") ?? freemem(),
    swapUsedBytes: swapTotal === null || swapFree === null ? null : swapTotal - swapFree,
    timerLateMsP50: middle(timersMs),
    timerLateMsMax: Math.max(...timersMs),
    fsyncMsP50: middle(fsyncsMs),
    fsyncMsMax: Math.max(...fsyncsMs),
    fileSystemType: disk.type,
    diskFreeBytes: disk.bavail * disk.bsize,
  };
}

/** CPUs from `quota period` of a control group; null for `max` and for anything else. */
export function parseCpuQuota(text: string | null): number | null {
  const [, quota, period] = /^(\d+) (\d+)/.exec(text ?? "") ?? [];
  return quota === undefined || period === undefined ? null : Number(quota) / Number(period);
}

async function timeTimers(): Promise<number[]> {
  const lateMs: number[] = [];
  for (let i = 0; i < TIMERS; i++) {
    const startMs = performance.now();
    await sleep(TIMER_MS);
    lateMs.push(Math.max(0, performance.now() - startMs - TIMER_MS));
  }
  return lateMs;
}

async function timeFsyncs(folder: string): Promise<number[]> {
  let scratch: string | undefined;
  try {
    scratch = await mkdtemp(join(folder, ".doctor-"));
    const file = await open(join(scratch, "probe"), "w");
    try {
      const timesMs: number[] = [];
      for (let i = 0; i < FSYNCS; i++) {
        await file.write(Buffer.alloc(WRITE_BYTES, i + 1));
        const startMs = performance.now();
        await file.datasync();
        timesMs.push(performance.now() - startMs);
      }
      return timesMs;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new InputError(
      `--out ${folder}: cannot be written (${messageOf(error)}). Choose a folder that exists and is writable.`,
      { cause: error },
    );
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
}

/** A machine without batteries, and one that is plugged in, is not on battery. */
function readOnBattery(): boolean | null {
  const folder = "/sys/class/power_supply";
  try {
    const supplies = readdirSync(folder).map((name) => textOf(`${folder}/${name}/online`)?.trim());
    const told = supplies.filter((online) => online === "0" || online === "1");
    return told.length === 0 ? null : !told.includes("1");
  } catch {
    return null;
  }
}

function kib(meminfo: string | null, name: string): number | null {
  const [, digits] = new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(meminfo ?? "") ?? [];
  return digits === undefined ? null : Number(digits) * BYTES_PER_KIB;
}

/** The text of a file of the system, or null where there is none for us. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
