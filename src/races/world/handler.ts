/** What the jobs of a case do: the one task whose args are a {@link Behaviour}. */
import { Abandon, expand, type Handler, type JobContext, RetryLater } from "../../engine/index.ts";
import type { Behaviour, JobSpec } from "../cases/race-case.ts";
import { KIND, SEEN } from "../history/event.ts";
import { dagOf } from "./inputs.ts";
import type { World } from "./world.ts";

/** The args of every job. */
interface JobArgs {
  readonly name: string;
  readonly does?: Behaviour;
}

/** The handler. It listens to its signal between its steps, as handlers should. */
export function handlerOf(world: World): Handler {
  return async (given, context) => {
    const args = given as JobArgs;
    const { jobId: job, attempt } = context;
    const proc = world.holderOf(context);
    const { recorder } = world;
    recorder.note(proc, KIND.execStart, { job, attempt });
    try {
      const result = await perform(world, args, context);
      const payload = JSON.stringify(result);
      recorder.note(proc, KIND.execEnd, { job, attempt, state: SEEN.done, payload });
      return args.does?.ends === "expand" ? expand(dagOf(nodesOf(args, attempt))) : result;
    } catch (error) {
      recorder.note(proc, KIND.execEnd, { job, attempt, state: SEEN.failed });
      throw error;
    }
  };
}

/** An attempt's own result, so that a foreign one shows. */
export function resultOf(name: string, attempt: number): unknown {
  return { of: name, attempt };
}

async function perform(world: World, args: JobArgs, context: JobContext): Promise<unknown> {
  const { name, does = {} } = args;
  const { steps = 1, takesMs = 0, ends = "done", failures = 0, laterMs = 0, nodes } = does;
  const owner = `job ${name}`;
  const { scheduler } = world;
  const step = async (label: string): Promise<void> => {
    await scheduler.step({ owner, label, job: context.jobId });
    context.signal.throwIfAborted();
  };
  for (let n = 0; n < steps; n++) await step("runs");
  if (takesMs > 0) {
    await scheduler.sleep(owner, takesMs);
    await step("wakes");
  }
  if (nodes !== undefined && ends !== "expand" && context.runId > 0) {
    await context.addNodes(dagOf(nodesOf(args, context.attempt)));
    await step("added nodes");
  }
  if (context.attempt <= failures || ends === "fail") throw new Error(`${name} fails as it should`);
  if (ends === "abandon") throw new Abandon(`${name} gives up as it should`);
  if (ends === "later" && context.attempt === 1) throw new RetryLater(laterMs);
  if (ends === "hang") await aborted(context.signal);
  return resultOf(name, context.attempt);
}

/** Names are unique in a history, so each attempt's nodes have names of their own. */
function nodesOf({ does }: JobArgs, attempt: number): readonly JobSpec[] {
  const nodes = does?.nodes ?? [];
  return attempt === 1 ? nodes : nodes.map((node) => renamed(node, attempt));
}

function renamed(node: JobSpec, attempt: number): JobSpec {
  const again = (name: string): string => `${name}'${attempt}`;
  return {
    ...node,
    name: again(node.name),
    ...(node.after === undefined ? {} : { after: node.after.map(again) }),
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
