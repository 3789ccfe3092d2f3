/** A run as a graph, for people: what runs when, what took longest, and pictures of it. Everything here is pure. */
import type { NodeRecord, RunRecord } from "../../store/records.ts";
import type { RunStatus } from "../../store/store.ts";
import { type CriticalPath, criticalPathOf } from "./critical-path.ts";
import { toDot, toMermaid } from "./draw-run.ts";
import { levelsOf } from "./levels.ts";

/** See the file's head. A picture of one moment: it does not change while the run goes on. */
export class RunGraph {
  readonly runId: number;
  readonly name: string | null;
  readonly status: RunStatus;
  /** In the order of their ids. */
  readonly nodes: readonly NodeRecord[];
  /** Positions in `nodes`. */
  readonly edges: readonly (readonly [child: number, parent: number])[];
  readonly #nowMs: number;

  /** `nowMs` is the moment of the picture: what runs has taken until then. */
  constructor({ runId, name, status, nodes, edges }: RunRecord, nowMs: number) {
    this.runId = runId;
    this.name = name;
    this.status = status;
    this.nodes = nodes;
    this.edges = edges;
    this.#nowMs = nowMs;
  }

  /** The nodes by level: those of level 0 wait for nothing, each other one is one below its lowest parent. */
  levels(): NodeRecord[][] {
    return levelsOf(this.nodes.length, this.edges).map((level) =>
      level.map((place) => this.#node(place)),
    );
  }

  /** The chain of nodes that decided how long the run takes, by the time that each took so far. */
  criticalPath(): CriticalPath {
    return criticalPathOf(this.nodes, this.edges, this.#nowMs);
  }

  /** A Mermaid flowchart, coloured by state. */
  toMermaid(): string {
    return toMermaid(this);
  }

  /** A DOT digraph for Graphviz, coloured by state. */
  toDot(): string {
    return toDot(this);
  }

  #node(place: number): NodeRecord {
    return this.nodes[place] as NodeRecord;
  }
}
