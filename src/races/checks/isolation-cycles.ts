/**
 * V4: transactions that depend on each other in a circle. Under snapshot isolation a circle is legal only where
 * two anti-dependencies (rw) follow each other: write skew, a hazard. All others are violations: G0 (ww only),
 * G1b (an intermediate version was read), G1c (ww and wr), lost update and G-single (one rw), long fork (no two rw
 * in a row). A dirty read of what failed (G1a) is O7.
 */
import type { Case } from "../history/case.ts";
import type { Check, Findings } from "./check.ts";
import {
  DEPENDENCY,
  type Dependency,
  type IsolationGraph,
  isolationGraph,
} from "./isolation-graph.ts";
import { components } from "./strongly-connected.ts";

/** See the file's head. */
export const isolationCycles: Check = {
  id: "V4",
  title: "isolation cycle",
  class: "S",
  meaning: "transactions that each look right undo or miss one another",
  rule: "transactions depend on each other in a circle that snapshot isolation forbids; write skew, which it allows, is a hazard",
  occasion: "needs numbers of transactions, which the engine does not tell",
  run(one, findings) {
    const graph = isolationGraph(one);
    for (const { job, events } of graph.intermediate)
      findings.violation({
        job,
        subclass: "G1b intermediate read",
        message: `a version of job ${one.id(job)} was read that its writer had not finished`,
        events: [...events],
      });
    const cycle = illegalCycle(graph);
    if (cycle !== null) {
      tell(one, cycle, className(cycle), findings.violation);
      return;
    }
    const skew = anyCycle(graph.nodes, graph.dependencies);
    if (skew !== null) tell(one, skew, "G2-item write skew", findings.hazard);
  },
};

function tell(
  one: Case,
  cycle: readonly Dependency[],
  subclass: string,
  report: Findings["violation"],
): void {
  const names = ["ww", "wr", "rw"];
  const steps = cycle.map(({ kind, job }) => `${names[kind]} on job ${one.id(job)}`).join(", ");
  const events = [...new Set(cycle.flatMap(({ events: pair }) => pair))].sort((a, b) => a - b);
  report({ subclass, message: `${subclass}: transactions depend in a circle: ${steps}`, events });
}

function className(cycle: readonly Dependency[]): string {
  const count = (kind: number) => cycle.filter((edge) => edge.kind === kind).length;
  const antis = count(DEPENDENCY.rw);
  if (antis === 0)
    return count(DEPENDENCY.wr) === 0 ? "G0 dirty write" : "G1c circular information";
  if (antis > 1) return "long fork";
  const sameJob = cycle.every(({ job }) => job === cycle[0]?.job);
  return sameJob && count(DEPENDENCY.ww) > 0 ? "lost update" : "G-single read skew";
}

/**
 * A circle without two rw in a row. Each node comes twice, once as entered by rw and once not: from the first no
 * rw leads on, so that every circle of this graph is one that snapshot isolation forbids.
 */
function illegalCycle({ nodes, dependencies }: IsolationGraph): Dependency[] | null {
  const split: Dependency[] = [];
  for (const edge of dependencies) {
    const to = edge.kind === DEPENDENCY.rw ? edge.to + nodes : edge.to;
    split.push({ ...edge, to });
    if (edge.kind !== DEPENDENCY.rw) split.push({ ...edge, from: edge.from + nodes, to });
  }
  return anyCycle(2 * nodes, split);
}

/** A shortest circle through some edge of a component, or null. */
function anyCycle(nodes: number, edges: readonly Dependency[]): Dependency[] | null {
  if (edges.length === 0) return null;
  const first = new Int32Array(nodes + 1);
  for (const { from } of edges) first[from + 1] = (first[from + 1] as number) + 1;
  for (let n = 1; n <= nodes; n++) first[n] = (first[n] as number) + (first[n - 1] as number);
  const order = [...edges].sort((a, b) => a.from - b.from);
  const component = components({ first, to: Int32Array.from(order, ({ to }) => to) });
  const inside = (edge: Dependency): boolean => component[edge.from] === component[edge.to];
  const start = order.find(inside);
  if (start === undefined) return null;
  return [start, ...pathBack(start, first, order, inside)];
}

/** The shortest way from the end of an edge back to its beginning, by breadth. */
function pathBack(
  start: Dependency,
  first: Int32Array,
  order: readonly Dependency[],
  inside: (edge: Dependency) => boolean,
): Dependency[] {
  const cameBy = new Map<number, Dependency>();
  const queue = [start.to];
  for (let next = 0; next < queue.length && !cameBy.has(start.from); next++) {
    const node = queue[next] as number;
    for (let at = first[node] as number; at < (first[node + 1] as number); at++) {
      const edge = order[at] as Dependency;
      if (!inside(edge) || cameBy.has(edge.to) || edge.to === start.to) continue;
      cameBy.set(edge.to, edge);
      queue.push(edge.to);
    }
  }
  const path: Dependency[] = [];
  for (let edge = cameBy.get(start.from); edge !== undefined; edge = cameBy.get(edge.from)) {
    path.unshift(edge);
    if (edge.from === start.to) break;
  }
  return path;
}
