/**
 * WfFormat JSON 1.5, the format of recorded scientific workflows: tasks with their parents and
 * children, and what each took when it was recorded. The node name is the task id.
 *
 * The format states each dependency twice, as a parent and as a child; files that state only one of
 * them exist, so the union counts. Files, machines and commands of the workflow are not read.
 */
import { z } from "zod";
import { InputError } from "../../lib/errors.ts";
import { issueText } from "../../lib/issue-text.ts";
import type { DagShape } from "../dag-shape.ts";
import { DagBuilder } from "./dag-builder.ts";
import { parseJson } from "./parse-json.ts";
import { quoteId } from "./quote-id.ts";

/** The range of the queue's priorities. */
const PRIORITY_MAX = 100;
const NO_PRIORITY = -1;
const MS_PER_S = 1000;

const EXPECTED =
  "A WfFormat 1.5 workflow has its tasks under workflow.specification.tasks, each with id, parents and children";

const taskSchema = z.object({
  id: z.string().min(1),
  parents: z.array(z.string()).default([]),
  children: z.array(z.string()).default([]),
});
const recordSchema = z.object({
  id: z.string(),
  runtimeInSeconds: z.number().nonnegative().optional(),
  priority: z.number().optional(),
});
const workflowSchema = z.object({
  workflow: z.object({
    specification: z.object({ tasks: z.array(taskSchema) }),
    execution: z
      .object({
        makespanInSeconds: z.number().nonnegative().optional(),
        tasks: z.array(recordSchema),
      })
      .optional(),
  }),
});

type Task = z.infer<typeof taskSchema>;
type TaskRecord = z.infer<typeof recordSchema>;

/**
 * Reads a WfFormat 1.5 text; `file` is the path for messages and `name` the DAG's name. Priorities
 * are kept; one that is not a whole number from 0 to 100 becomes the nearest one, since the queue knows no
 * other. Tasks without a recorded time or priority have none, and records of unknown tasks are
 * passed over: they say nothing about the DAG.
 *
 * Throws an InputError for broken or other JSON, another version, a repeated id, an unknown parent
 * or child, or a cycle.
 */
export function parseWfFormat(text: string, file: string, name: string): DagShape {
  const workflow = readWorkflow(parseJson(text, file, "a WfFormat 1.5 workflow"), file);
  const builder = new DagBuilder(file);
  for (const task of workflow.specification.tasks) {
    if (builder.find(task.id) !== undefined) {
      throw new InputError(
        `${file}: two tasks have the id ${quoteId(task.id)}. Give each task its own id.`,
        { code: "DUPLICATE_NODE" },
      );
    }
    builder.node(task.id);
  }
  addEdges(builder, workflow.specification.tasks, file);
  return { ...builder.build(name), ...recordedColumns(builder, workflow) };
}

function addEdges(builder: DagBuilder, tasks: readonly Task[], file: string): void {
  const known = (task: Task, id: string, relation: "parent" | "child"): number => {
    const node = builder.find(id);
    if (node !== undefined) return node;
    throw new InputError(
      `${file}: the task ${quoteId(task.id)} names the ${relation} ${quoteId(id)}, which no task has as its id. ` +
        "Add that task, or remove it from the list.",
      { code: "UNKNOWN_PARENT" },
    );
  };
  for (const task of tasks) {
    const node = builder.node(task.id);
    for (const id of task.parents) builder.edge(node, known(task, id, "parent"));
    for (const id of task.children) builder.edge(known(task, id, "child"), node);
  }
}

function readWorkflow(json: unknown, file: string): z.infer<typeof workflowSchema>["workflow"] {
  const version = z.looseObject({ schemaVersion: z.string() }).safeParse(json);
  if (version.success && version.data.schemaVersion !== "1.5") {
    throw new InputError(
      `${file}: WfFormat ${quoteId(version.data.schemaVersion)} is not supported. Convert the file to version 1.5.`,
    );
  }
  const parsed = workflowSchema.safeParse(json);
  if (parsed.success) return parsed.data.workflow;
  const issue = parsed.error.issues[0];
  const field = z.core.toDotPath(issue?.path ?? []) || "the file";
  throw new InputError(
    `${file}: JSON, but not a WfFormat 1.5 workflow: ${field} ${issue === undefined ? "is not as expected" : issueText(issue)}. ${EXPECTED}.`,
  );
}

/** The recorded columns; a method is there only if at least one task has a value. */
function recordedColumns(
  builder: DagBuilder,
  workflow: z.infer<typeof workflowSchema>["workflow"],
): Pick<DagShape, "priority" | "runtimeMs" | "makespanMs"> {
  const nodeCount = workflow.specification.tasks.length;
  const records: readonly TaskRecord[] = workflow.execution?.tasks ?? [];
  const priorities = new Int8Array(nodeCount).fill(NO_PRIORITY);
  const runtimesMs = new Float64Array(nodeCount).fill(Number.NaN);
  for (const record of records) {
    const node = builder.find(record.id);
    if (node === undefined) continue;
    if (record.priority !== undefined) priorities[node] = nearestPriority(record.priority);
    if (record.runtimeInSeconds !== undefined) {
      runtimesMs[node] = record.runtimeInSeconds * MS_PER_S;
    }
  }
  const makespanS = workflow.execution?.makespanInSeconds;
  return {
    ...(makespanS !== undefined && { makespanMs: makespanS * MS_PER_S }),
    ...(priorities.some((priority) => priority !== NO_PRIORITY) && {
      priority: (node: number) => {
        const priority = priorities[node];
        return priority === NO_PRIORITY ? undefined : priority;
      },
    }),
    ...(runtimesMs.some((runtime) => !Number.isNaN(runtime)) && {
      runtimeMs: (node: number) => {
        const runtime = runtimesMs[node];
        return runtime === undefined || Number.isNaN(runtime) ? undefined : runtime;
      },
    }),
  };
}

function nearestPriority(value: number): number {
  return Math.min(PRIORITY_MAX, Math.max(0, Math.round(value)));
}
