/** Who a process is, so that a later one with the same pid is not taken for it. */
import { readFileSync, readlinkSync } from "node:fs";
import { errnoOf } from "../../lib/errors.ts";

/** See the file's head. Null where the system does not say. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In kernel ticks. */
  readonly startedAt: string | null;
  readonly bootId: string | null;
}

function orNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function startOf(pid: number): string | null {
  const stat = orNull(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat === null ? null : (stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null);
}

function bootId(): string | null {
  return orNull(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(process.pid), bootId: bootId() };
}

/** Whether that very process still runs. */
export function isAlive({ pid, startedAt, bootId: boot }: ProcessIdentity): boolean {
  if (boot !== bootId()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) === "ESRCH") return false;
  }
  return startedAt === startOf(pid);
}

/** The namespace in which pids mean something: containers that share a folder do not share it. */
export function pidNamespace(): string {
  return orNull(() => readlinkSync("/proc/self/ns/pid"))?.replaceAll(/\D/g, "") ?? "0";
}
