/** Reads the caller's nodes once, into columns: no object of ours per node. */

import { InputError, messageOf } from "../lib/errors.ts";
import { NameIndex } from "../lib/name-index.ts";
import { RepeatingList } from "../lib/repeating-list.ts";
import { StringColumn } from "../lib/string-column.ts";
import { type Config, SETTINGS } from "../model/config.ts";
import { MAX_PRIORITY } from "../model/job.ts";
import { TRIGGER, triggerNumber } from "../model/triggers.ts";
import type { NodeInput } from "./job-input.ts";
import { checkFields } from "./known-fields.ts";
import { hasRare, type RareColumns, RareReader } from "./read-rare.ts";
import type { TaskFacts } from "./task.ts";

/** The nodes in columns, and their indexes by name. */
export interface NodeColumns {
  readonly names: readonly (string | null)[];
  readonly tasks: StringColumn;
  readonly args: readonly string[];
  readonly queues: StringColumn;
  readonly priorities: Uint8Array;
  readonly rules: Int32Array;
  readonly maxAttempts: Int32Array;
  readonly timeoutsMs: Int32Array;
  readonly rare: RareColumns;
  /** The index of a named node, or -1. */
  indexOf(name: string): number;
}

const DEFAULT_QUEUE = "default";

/** Every field of a node; the compiler keeps the list whole. */
const NODE_FIELDS: ReadonlySet<string> = new Set(
  Object.keys({
    name: true,
    task: true,
    args: true,
    priority: true,
    queue: true,
    trigger: true,
    maxAttempts: true,
    timeoutMs: true,
    delayMs: true,
    runAt: true,
    dependsOn: true,
    backoffMs: true,
    uniqueKey: true,
    uniqueMs: true,
    limitKey: true,
  } satisfies Record<keyof NodeInput, true>),
);

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
  readonly #priorities = new RepeatingList();
  readonly #rules = new RepeatingList();
  readonly #maxAttempts = new RepeatingList();
  readonly #timeoutsMs = new RepeatingList();
  readonly #rare: RareReader;
  readonly #config: Config;
  readonly #taskOf: (name: string) => TaskFacts | undefined;

  constructor(config: Config, taskOf: (name: string) => TaskFacts | undefined, nowMs: number) {
    this.#rare = new RareReader(nowMs);
    this.#config = config;
    this.#taskOf = taskOf;
  }

  /** Nodes read so far. */
  get count(): number {
    return this.#args.length;
  }

  add(node: NodeInput): void {
    const index = this.count;
    if (typeof node !== "object" || node === null)
      throw new InputError(`node ${index}: ${String(node)} is no job; write { task, args }`);
    checkFields(`node ${index}`, node, NODE_FIELDS);
    const task = this.#taskOf(node.task);
    if (task === undefined) {
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
    this.#args.push(this.#json(node, index, task));
    const { defaults } = task;
    const queue = node.queue ?? defaults.queue ?? DEFAULT_QUEUE;
    if (typeof queue !== "string" || queue === "")
      throw new InputError(
        `${nodeText(node, index)}: queue ${JSON.stringify(queue)} is no name of a queue`,
      );
    this.#queues.push(queue);
    const config = this.#config;
    const { maxAttempts, timeoutMs } = SETTINGS;
    const priority = defaults.priority ?? config.defaultPriority;
    const attempts = defaults.maxAttempts ?? config.maxAttempts;
    const timeout = defaults.timeoutMs ?? config.timeoutMs;
    this.#priorities.push(this.#whole(node, "priority", priority, 0, MAX_PRIORITY));
    this.#maxAttempts.push(
      this.#whole(node, "maxAttempts", attempts, maxAttempts.min, maxAttempts.max),
    );
    this.#timeoutsMs.push(this.#whole(node, "timeoutMs", timeout, timeoutMs.min, timeoutMs.max));
    this.#rules.push(this.#rule(node, index));
    if (defaults.backoffMs !== undefined) {
      const backoffMs = node.backoffMs ?? defaults.backoffMs;
      this.#rare.add({ ...node, backoffMs }, index, nodeText(node, index));
    } else if (hasRare(node)) this.#rare.add(node, index, nodeText(node, index));
  }

  #json(node: NodeInput, index: number, { argsProblem }: TaskFacts): string {
    const text = toJson(node.args, node, index);
    const problem = argsProblem === null ? null : argsProblem(text);
    if (problem !== null)
      throw new InputError(
        `${nodeText(node, index)}: the args do not match the schema of the task ${JSON.stringify(node.task)}: ${problem}`,
        { code: "BAD_ARGS" },
      );
    const limit = this.#config.argsMaxBytes;
    // A UTF-16 unit is at most three bytes: most texts need no count.
    if (text.length * 3 <= limit || Buffer.byteLength(text) <= limit) return text;
    throw new InputError(
      `${nodeText(node, index)}: the args are ${Buffer.byteLength(text)} bytes of JSON, above the limit of ${limit}; store the data elsewhere and pass its address, or raise argsMaxBytes`,
      { code: "ARGS_TOO_LARGE" },
    );
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
    try {
      // How many parents the node has is known once the edges are read.
      return triggerNumber(node.trigger, Number.POSITIVE_INFINITY);
    } catch (error) {
      throw new InputError(`${nodeText(node, index)}: ${messageOf(error)}`);
    }
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
      rules: this.#rules.view(),
      rare: this.#rare.columns(this.count),
      maxAttempts: this.#maxAttempts.view(),
      timeoutsMs: this.#timeoutsMs.view(),
    };
  }
}

/** Reads and validates all nodes. @throws InputError naming the node and the remedy */
export function readNodes(
  nodes: Iterable<NodeInput>,
  config: Config,
  taskOf: (name: string) => TaskFacts | undefined,
  nowMs: number,
): NodeColumns {
  if (typeof nodes?.[Symbol.iterator] !== "function")
    throw new InputError("The jobs or nodes are no list; pass an array, or anything that iterates");
  const reader = new NodeReader(config, taskOf, nowMs);
  for (const node of nodes) reader.add(node);
  if (reader.count === 0)
    throw new InputError("The DAG has no nodes; add at least one", { code: "EMPTY_DAG" });
  return reader.columns();
}
