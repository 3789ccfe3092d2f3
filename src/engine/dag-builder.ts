/** Builds a DAG node by node, with types: what a node is given by its task, and what follows what. */
import type { SubmitReceipt } from "../store/store.ts";
import type { NodeInput } from "./job-input.ts";
import type { DagInput } from "./submission.ts";
import type { Task } from "./task.ts";

/** A node of a DAG that is being built; `Result` is what its handler returns. */
export interface BuiltNode<out Result = unknown> {
  readonly name: string;
  /** For types alone. */
  readonly result?: Result;
}

/** What a node has beside its task and args. */
export interface BuiltNodeOptions extends Omit<NodeInput, "name" | "task" | "args"> {
  /** Nodes that it waits for, built before or named; `trigger` says how their ends decide. */
  readonly after?: readonly (BuiltNode | string)[];
}

/** See the file's head. Nothing is checked or stored before `submit`. */
export class DagBuilder {
  readonly #name: string;
  readonly #submit: (dag: DagInput) => Promise<SubmitReceipt>;
  readonly #nodes: NodeInput[] = [];
  readonly #edges: [child: string, parent: string][] = [];

  constructor(name: string, submit: (dag: DagInput) => Promise<SubmitReceipt>) {
    this.#name = name;
    this.#submit = submit;
  }

  /** Adds a node; names are unique within the DAG, and may be used before their node is added. */
  node<Args, Result>(
    name: string,
    task: Task<Args, Result>,
    args: Args,
    options?: BuiltNodeOptions,
  ): BuiltNode<Result>;
  node(name: string, task: string, args?: unknown, options?: BuiltNodeOptions): BuiltNode;
  node(
    name: string,
    task: Task<never> | string,
    args?: unknown,
    { after = [], ...rest }: BuiltNodeOptions = {},
  ): BuiltNode {
    this.#nodes.push({ ...rest, name, task: typeof task === "string" ? task : task.name, args });
    for (const parent of after)
      this.#edges.push([name, typeof parent === "string" ? parent : parent.name]);
    return { name };
  }

  /** The DAG so far, for `submit`, `expand` or `addNodes`. */
  build(): DagInput {
    return { name: this.#name, nodes: [...this.#nodes], edges: [...this.#edges] };
  }

  /** Submits the DAG in one transaction; see `Queue.submit`. */
  submit(): Promise<SubmitReceipt> {
    return this.#submit(this.build());
  }
}
