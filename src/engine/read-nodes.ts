/** Reads the caller's nodes once, into columns: no object of ours per node. */

import { InputError, messageOf } from "../lib/errors.ts";
import { IntList } from "../lib/grown.ts";
import { NameIndex } from "../lib/name-index.ts";
import { StringColumn } from "../lib/string-column.ts";
import { type Config, SETTINGS } from "../model/config.ts";
import { MAX_PRIORITY } from "../model/job.ts";
import { TRIGGER, TRIGGER_NAMES, type TriggerName } from "../model/triggers.ts";

/** One node of a DAG to submit. */
export interface NodeInput {
  /** Unique within the DAG; edges may use it. */
  readonly name?: string;
  /** A registered task. */
  readonly task: string;
  /** Any JSON value; null where absent. */
  readonly args?: unknown;
  /** 0–100, higher first. */
  readonly priority?: number;
  /** The named lane that workers claim from; `default` where absent. */
  readonly queue?: string;
  /** `all_success` where absent. */
  readonly trigger?: TriggerName;
  /** Tries before the job is failed. */
  readonly maxAttempts?: number;
  /** Longest attempt, in milliseconds. */
  readonly timeoutMs?: number;
}

/** The nodes in columns, and their indexes by name. */
export interface NodeColumns {
  readonly names: readonly (string | null)[];
  readonly tasks: StringColumn;
  readonly args: readonly string[];
  readonly queues: StringColumn;
  readonly priorities: Uint8Array;
  readonly rules: Uint8Array;
  readonly maxAttempts: Int32Array;
  readonly timeoutsMs: Int32Array;
  /** The index of a named node, or -1. */
  indexOf(name: string): number;
}

const DEFAULT_QUEUE = "default";

/** How a message names a node. Made only when there is something to say. */
function nodeText(node: NodeInput, index: number): string {
  return node.name === undefined ? `node ${index}` : `node ${JSON.stringify(node.name)}`;
}

/** Compact JSON of a caller's value. @throws InputError where it has none */
function toJson(value: unknown, node: NodeInput, index: number): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value ?? null);
  } catch (cause) {
    throw new InputError(
      `${nodeText(node, index)}: the args cannot be written as JSON (${messageOf(cause)}); pass plain data`,
      { cause, code: "UNSERIALIZABLE" },
    );
  }
  if (text === undefined) {
    throw new InputError(
      `${nodeText(node, index)}: a ${typeof value} cannot be written as JSON; pass plain data`,
      { code: "UNSERIALIZABLE" },
    );
  }
  return text;
}

/** Collects nodes one by one. */
class NodeReader {
  readonly #names = new NameIndex();
  readonly #tasks = new StringColumn();
  readonly #args: string[] = [];
  readonly #queues = new StringColumn();
  readonly #priorities = new IntList();
  readonly #rules = new IntList();
  readonly #maxAttempts = new IntList();
  readonly #timeoutsMs = new IntList();
  readonly #config: Config;
  readonly #isTask: (name: string) => boolean;

  constructor(config: Config, isTask: (name: string) => boolean) {
    this.#config = config;
    this.#isTask = isTask;
  }

  /** Nodes read so far. */
  get count(): number {
    return this.#args.length;
  }

  add(node: NodeInput): void {
    const index = this.count;
    if (!this.#isTask(node.task)) {
      throw new InputError(
        `${nodeText(node, index)}: there is no task ${JSON.stringify(node.task)}; register it with queue.task(name, handler) first`,
        { code: "UNKNOWN_TASK" },
      );
    }
    if (!this.#names.add(node.name ?? null)) {
      throw new InputError(
        `${nodeText(node, index)} appears twice; give each node a name of its own`,
        { code: "DUPLICATE_NODE" },
      );
    }
    this.#tasks.push(node.task);
    this.#args.push(toJson(node.args, node, index));
    this.#queues.push(node.queue ?? DEFAULT_QUEUE);
    const { maxAttempts, timeoutMs } = SETTINGS;
    this.#priorities.push(
      this.#whole(node, "priority", this.#config.defaultPriority, 0, MAX_PRIORITY),
    );
    this.#maxAttempts.push(
      this.#whole(node, "maxAttempts", this.#config.maxAttempts, maxAttempts.min, maxAttempts.max),
    );
    this.#timeoutsMs.push(
      this.#whole(node, "timeoutMs", this.#config.timeoutMs, timeoutMs.min, timeoutMs.max),
    );
    this.#rules.push(this.#rule(node, index));
  }

  #whole(
    node: NodeInput,
    field: "priority" | "maxAttempts" | "timeoutMs",
    fallback: number,
    min: number,
    max: number,
  ): number {
    const value = node[field];
    if (value === undefined) return fallback;
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InputError(
      `${nodeText(node, this.count - 1)}: ${field} ${value} is not a whole number from ${min} to ${max}`,
    );
  }

  #rule(node: NodeInput, index: number): number {
    if (node.trigger === undefined) return TRIGGER.all_success;
    const rule = TRIGGER_NAMES.indexOf(node.trigger);
    if (rule >= 0) return rule;
    throw new InputError(
      `${nodeText(node, index)}: there is no trigger rule ${JSON.stringify(node.trigger)}; known are ${TRIGGER_NAMES.join(", ")}`,
    );
  }

  columns(): NodeColumns {
    const names = this.#names;
    return {
      names: names.names,
      tasks: this.#tasks,
      args: this.#args,
      queues: this.#queues,
      indexOf: (name) => names.get(name),
      priorities: Uint8Array.from(this.#priorities.view()),
      rules: Uint8Array.from(this.#rules.view()),
      maxAttempts: this.#maxAttempts.view(),
      timeoutsMs: this.#timeoutsMs.view(),
    };
  }
}

/** Reads and validates all nodes. @throws InputError naming the node and the remedy */
export function readNodes(
  nodes: Iterable<NodeInput>,
  config: Config,
  isTask: (name: string) => boolean,
): NodeColumns {
  const reader = new NodeReader(config, isTask);
  for (const node of nodes) reader.add(node);
  if (reader.count === 0)
    throw new InputError("The DAG has no nodes; add at least one", { code: "EMPTY_DAG" });
  return reader.columns();
}
