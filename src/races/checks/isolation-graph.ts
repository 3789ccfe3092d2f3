/**
 * Who depends on whom among transactions, from the versions of jobs that they read and wrote: written over
 * (ww), read from (wr), read before it was written over (rw). Rows with a version (`value`) and a transaction
 * count: reads of kind `read`, and any other kind as a write. A read without a transaction is one of its own.
 */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import { eachJob } from "../history/operations.ts";

/** How one transaction depends on another. */
export const DEPENDENCY = { ww: 0, wr: 1, rw: 2 } as const;

/** One dependency, with the rows that show it. */
export interface Dependency {
  readonly from: number;
  readonly to: number;
  readonly kind: number;
  readonly job: number;
  readonly events: readonly [number, number];
}

/** A version of a job that was read although its writer wrote over it before it committed. */
interface IntermediateRead {
  readonly job: number;
  readonly events: readonly [number, number];
}

/** The graph; nodes are numbered. */
export interface IsolationGraph {
  readonly nodes: number;
  readonly dependencies: readonly Dependency[];
  readonly intermediate: readonly IntermediateRead[];
}

interface Access {
  readonly node: number;
  readonly version: number;
  readonly event: number;
}

/** Builds it. Only what is certain counts: answered with `ok`. */
export function isolationGraph(one: Case): IsolationGraph {
  const { operations } = one;
  const nodes = new Map<number, number>();
  const dependencies: Dependency[] = [];
  const intermediate: IntermediateRead[] = [];
  if (!hasVersionedWrites(one)) return { nodes: 0, dependencies, intermediate };
  eachJob(operations, (job, from, to) => {
    const writes: Access[] = [];
    const reads: Access[] = [];
    for (let row = from; row < to; row++) {
      const access = accessOf(one, row, nodes);
      if (access === null) continue;
      (operations.kind[row] === KIND.statement ? writes : reads).push(access);
    }
    if (writes.length > 0) relate(job, writes, reads, dependencies, intermediate);
  });
  return { nodes: nodes.size, dependencies, intermediate };
}

/** A read or a write of a version; null for any other row. */
function accessOf(one: Case, row: number, nodes: Map<number, number>): Access | null {
  const { operations, history } = one;
  const event = operations.event[row] as number;
  const version = history.value[event] as number;
  const txn = history.txn[event] as number;
  const kind = operations.kind[row];
  const isRead = kind === KIND.read || kind === KIND.readAll;
  const counts = isRead || (kind === KIND.statement && txn > 0);
  if (!counts || operations.type[row] !== TYPE.ok || version <= 0) return null;
  // A snapshot without a transaction is known by its invoke, below 0 so that it is none of these.
  const name = txn > 0 ? txn : -1 - (history.start[event] as number);
  const node = nodes.get(name) ?? nodes.size;
  nodes.set(name, node);
  return { node, version, event };
}

/** Writes are statements with a job, a version and a transaction. */
function hasVersionedWrites({ operations, history }: Case): boolean {
  return operations
    .ofKind(KIND.statement)
    .some((event) => history.job[event] !== NOBODY && (history.txn[event] as number) > 0);
}

function relate(
  job: number,
  writes: Access[],
  reads: readonly Access[],
  dependencies: Dependency[],
  intermediate: IntermediateRead[],
): void {
  writes.sort((a, b) => a.version - b.version);
  const add = (a: Access, b: Access, kind: number): void => {
    if (a.node === b.node) return;
    dependencies.push({ from: a.node, to: b.node, kind, job, events: [a.event, b.event] });
  };
  for (let n = 1; n < writes.length; n++)
    add(writes[n - 1] as Access, writes[n] as Access, DEPENDENCY.ww);
  for (const read of reads) {
    const at = writes.findLastIndex((write) => write.version <= read.version);
    const [writer, next] = [writes[at], writes[at + 1]];
    if (writer?.version === read.version) {
      add(writer, read, DEPENDENCY.wr);
      if (next?.node === writer.node && read.node !== writer.node)
        intermediate.push({ job, events: [writer.event, read.event] });
    }
    // The transaction that wrote over it, not a second write of the reader's own.
    if (next !== undefined) add(read, next, DEPENDENCY.rw);
  }
}
