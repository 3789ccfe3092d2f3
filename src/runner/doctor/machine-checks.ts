/** Judges a machine before it measures: what will spoil numbers, and what to do about it. Pure. */
import type { MachineFacts } from "./machine-facts.ts";

/** `bad`: numbers from here mislead. `warn`: they scatter or carry a condition. `unknown`: the system does not tell. */
export type CheckStatus = "ok" | "warn" | "bad" | "unknown";

/** One thing that was looked at. */
export interface MachineCheck {
  readonly name: string;
  readonly status: CheckStatus;
  /** What was seen, with units. */
  readonly seen: string;
  /** What to do; absent where nothing is to be done. */
  readonly advice?: string;
  /** The same numbers by name, unit last, for programs. */
  readonly values: Readonly<Record<string, number>>;
}

/** A quiet machine waits for a CPU in a per cent of the time or less; `bad` is the guard's own limit of a trial. */
const PRESSURE_PCT = { warn: 5, bad: 25 };
const STEAL_PCT = { warn: 0.5, bad: 2 };
/** Runnable processes per core, this one left out. */
const LOAD_PER_CORE = { warn: 0.25, bad: 0.75 };
/** A commit waits for one: beyond this the disk is most of every figure; below, none can be on a disk. */
const FSYNC_MS = { unreal: 0.02, warn: 5, bad: 50 };
/** The slowest of fifty against the middle. */
const FSYNC_SPREAD = 10;
const TIMER_LATE_MS = { warn: 2, bad: 10 };
const GIB = 2 ** 30;
const DISK_FREE_BYTES = { warn: 5 * GIB, bad: GIB };
const MEMORY_FREE_BYTES = { warn: 2 * GIB, bad: GIB / 2 };
const MIN_CORES = 2;
const MIN_NODE: readonly [number, number] = [20, 19];

/** File systems whose fsync does not reach a disk, or reaches it over a network, by the number that `statfs` gives. */
const FILE_SYSTEMS: Readonly<
  Record<number, { name: string; status: CheckStatus; advice?: string }>
> = {
  16914836: {
    name: "tmpfs (memory)",
    status: "bad",
    advice: "a commit costs nothing there: give --out a folder on the disk that the queue will use",
  },
  2240043254: { name: "ramfs (memory)", status: "bad", advice: "give --out a folder on a disk" },
  26985: {
    name: "NFS",
    status: "bad",
    advice: "fsync crosses the network: give --out a local folder",
  },
  4283649346: { name: "SMB", status: "bad", advice: "give --out a local folder" },
  2035054128: {
    name: "overlayfs (container)",
    status: "warn",
    advice: "writes pass through the container's layers: give --out a mounted volume",
  },
  61267: { name: "ext4", status: "ok" },
  1481003842: { name: "xfs", status: "ok" },
  2435016766: { name: "btrfs", status: "ok" },
  801189825: { name: "zfs", status: "ok" },
};

/** All checks, in the order in which they are told. */
export function machineChecks(facts: MachineFacts): readonly MachineCheck[] {
  return [...busyChecks(facts), ...powerChecks(facts), ...diskChecks(facts), ...hostChecks(facts)];
}

function busyChecks(facts: MachineFacts): MachineCheck[] {
  const { cpuPressurePct, stealPct, load1, cores, timerLateMsP50, timerLateMsMax } = facts;
  const busy = "other work runs on this machine: stop it, or expect noisy-host findings";
  const loadPerCore = load1 / cores;
  return [
    told("cpu-pressure", cpuPressurePct, {
      status: (pct) => above(pct, PRESSURE_PCT),
      seen: (pct) => `${round(pct)} % of a second in which nothing was measured`,
      values: (cpuPressure) => ({ cpuPressurePct: cpuPressure }),
      advice: busy,
    }),
    told("steal", stealPct, {
      status: (pct) => above(pct, STEAL_PCT),
      seen: (pct) => `${round(pct)} % of a core went to other virtual machines`,
      values: (steal) => ({ stealPct: steal }),
      advice: "the host is shared: repeat at another time, or on a machine of your own",
    }),
    check("load", above(loadPerCore, LOAD_PER_CORE), {
      seen: `${round(load1)} runnable processes in the last minute, on ${cores} cores`,
      values: { load1, cores },
      advice: busy,
    }),
    check("timers", above(timerLateMsP50, TIMER_LATE_MS), {
      seen: `late by ${round(timerLateMsP50)} ms in the median, ${round(timerLateMsMax)} ms at most`,
      values: { timerLateMsP50, timerLateMsMax },
      advice: "latencies of less than that cannot be told here",
    }),
  ];
}

function powerChecks({ governor, onBattery, cpuQuota, cores }: MachineFacts): MachineCheck[] {
  return [
    told("governor", governor, {
      status: (name) => (["powersave", "conservative", "ondemand"].includes(name) ? "warn" : "ok"),
      seen: (name) => name,
      values: () => ({}),
      advice: "the clock follows the load: cpupower frequency-set --governor performance",
    }),
    told("power", onBattery, {
      status: (battery) => (battery ? "bad" : "ok"),
      seen: (battery) => (battery ? "on battery" : "plugged in"),
      values: () => ({}),
      advice: "plug it in: on battery the clock is held down",
    }),
    check("cpu-quota", cpuQuota !== null && cpuQuota < cores ? "bad" : "ok", {
      seen: cpuQuota === null ? "none" : `${round(cpuQuota)} CPUs of ${cores}`,
      values: cpuQuota === null ? {} : { cpuQuota },
      advice: "the container is stopped when it has used its share: raise the limit",
    }),
  ];
}

function diskChecks(facts: MachineFacts): MachineCheck[] {
  const { fsyncMsP50, fsyncMsMax, fileSystemType, diskFreeBytes } = facts;
  const fileSystem = FILE_SYSTEMS[fileSystemType];
  const unreal = fsyncMsP50 < FSYNC_MS.unreal;
  const uneven = fsyncMsMax > FSYNC_SPREAD * fsyncMsP50;
  const slow = above(fsyncMsP50, FSYNC_MS);
  return [
    check("fsync", unreal ? "bad" : slow === "ok" && uneven ? "warn" : slow, {
      seen: `${round(fsyncMsP50)} ms in the median, ${round(fsyncMsMax)} ms at most`,
      values: { fsyncMsP50, fsyncMsMax },
      advice: unreal
        ? "that is no disk: commits are not durable there"
        : uneven && slow === "ok"
          ? "the disk is uneven or shared: percentiles near 100 are its own"
          : "commits wait for the disk: figures are about it, and differ on another one",
    }),
    check("file-system", fileSystem?.status ?? "unknown", {
      seen: fileSystem?.name ?? `number ${fileSystemType}`,
      values: { fileSystemType },
      ...(fileSystem?.advice !== undefined && { advice: fileSystem.advice }),
    }),
    check("disk-free", below(diskFreeBytes, DISK_FREE_BYTES), {
      seen: `${round(diskFreeBytes / GIB)} GiB`,
      values: { diskFreeBytes },
      advice: "free some space: a million jobs take about 200 MB, and a full disk ends the run",
    }),
  ];
}

function hostChecks(facts: MachineFacts): MachineCheck[] {
  const { cores, memoryFreeBytes, swapUsedBytes, node, nodeOptions } = facts;
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const tooOld = major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1]);
  return [
    check("memory-free", below(memoryFreeBytes, MEMORY_FREE_BYTES), {
      seen: `${round(memoryFreeBytes / GIB)} GiB`,
      values: { memoryFreeBytes },
      advice: "close other programs: a trial that swaps measures the swap",
    }),
    told("swap", swapUsedBytes, {
      status: (bytes) => (bytes > 0 ? "warn" : "ok"),
      seen: (bytes) => `${round(bytes / GIB)} GiB in use`,
      values: (bytes) => ({ swapUsedBytes: bytes }),
      advice: "something was swapped out: free memory first",
    }),
    check("cores", cores < MIN_CORES ? "warn" : "ok", {
      seen: `${cores}`,
      values: { cores },
      advice: "the runner, the trial and the disk's thread share one core",
    }),
    check("node", tooOld ? "bad" : "ok", {
      seen: node,
      values: {},
      advice: `install Node ${MIN_NODE.join(".")} or later`,
    }),
    check("node-options", nodeOptions === "" ? "ok" : "warn", {
      seen: nodeOptions === "" ? "none" : nodeOptions,
      values: {},
      advice: "NODE_OPTIONS holds for trials too: unset it, unless that is the question",
    }),
  ];
}

interface Words {
  readonly seen: string;
  readonly values: Readonly<Record<string, number>>;
  readonly advice?: string;
}

/** Advice is for what is not well. */
function check(name: string, status: CheckStatus, { seen, values, advice }: Words): MachineCheck {
  const needed = status === "warn" || status === "bad";
  return { name, status, seen, values, ...(needed && advice !== undefined && { advice }) };
}

/** A check of what the system may not tell. */
function told<T>(
  name: string,
  fact: T | null,
  words: {
    readonly status: (fact: T) => CheckStatus;
    readonly seen: (fact: T) => string;
    readonly values: (fact: T) => Readonly<Record<string, number>>;
    readonly advice: string;
  },
): MachineCheck {
  if (fact === null) {
    return { name, status: "unknown", seen: "the system does not tell", values: {} };
  }
  const { advice } = words;
  return check(name, words.status(fact), {
    seen: words.seen(fact),
    values: words.values(fact),
    advice,
  });
}

function above(
  value: number,
  limits: { readonly warn: number; readonly bad: number },
): CheckStatus {
  if (value > limits.bad) return "bad";
  return value > limits.warn ? "warn" : "ok";
}

function below(
  value: number,
  limits: { readonly warn: number; readonly bad: number },
): CheckStatus {
  if (value < limits.bad) return "bad";
  return value < limits.warn ? "warn" : "ok";
}

/** Three significant digits. */
function round(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
