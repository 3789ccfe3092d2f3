/** A case in words, a line for each worker, call and fault, so that a finding can be understood without its seed line. */
import type { Behaviour, ClientSpec, JobSpec, Op, RaceCase, WorkerSpec } from "./race-case.ts";

/** A case that was made small has fewer; of others, the first. */
const MOST_LINES = 24;

/** See the file's head. */
export function caseLines({ config, limits, store, workers, clients, faults }: RaceCase): string[] {
  const lines = [
    ...workers.map((worker, index) => `worker ${index}: ${workerText(worker)}`),
    ...clients.flatMap(clientLines),
    ...faults.map(({ at, nth, kind }) => `fault: ${kind} at ${at}, pass ${nth}`),
    ...Object.entries(limits ?? {}).map(([name, rules]) => `limits.${name}: ${plain(rules)}`),
    `queue: in ${store === "file" ? "a file" : "memory"};${valuesText(config)}`,
  ];
  const over = lines.length - MOST_LINES;
  return over > 0 ? [...lines.slice(0, MOST_LINES), `and ${over} more`] : lines;
}

function workerText({ concurrency, claimBatch, queues, wake, waits }: WorkerSpec): string {
  return joined([
    `${concurrency} at once`,
    `claims ${claimBatch} at a time`,
    queues && `of ${queues.join(", ")}`,
    wake && `woken by ${wake}`,
    waits && "started by a call",
  ]);
}

function clientLines({ name, ops }: ClientSpec): string[] {
  return ops.map((op) => `${name}: ${opText(op)}`);
}

function opText(op: Op): string {
  switch (op.op) {
    case "enqueue":
      return joined([`enqueue ${jobsText(op.jobs)}`, op.unique && `taken keys: ${op.unique}`]);
    case "submit":
      return `submit ${op.run}: ${jobsText(op.nodes)}`;
    case "hand":
      return joined([
        `claim ${op.limit} by hand for ${op.leaseMs} ms`,
        op.renewsAfterMs !== undefined && `renew after ${op.renewsAfterMs} ms`,
        `after ${op.holdsMs} ms: ${op.ends}`,
      ]);
    default: {
      const { op: name, ...values } = op;
      return `${name}${valuesText(values)}`;
    }
  }
}

function jobsText(jobs: readonly JobSpec[]): string {
  return jobs.map(jobText).join(", ");
}

function jobText({ name, after = [], does, ...options }: JobSpec): string {
  const about = joined([
    after.length > 0 && `after ${after.join(" and ")}`,
    valuesText(options).trim(),
    does && behaviourText(does),
  ]);
  return about === "" ? name : `${name} (${about})`;
}

function behaviourText({ nodes, ends = "done", ...rest }: Behaviour): string {
  return joined([
    valuesText(rest).trim(),
    ends !== "done" && `ends: ${ends}`,
    nodes && `nodes: ${jobsText(nodes)}`,
  ]);
}

/** Values by their names, after a space; nothing where there are none. */
function valuesText(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name} ${plain(value)}`)
    .join("");
}

function plain(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function joined(parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join("; ");
}
