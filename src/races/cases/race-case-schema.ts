/** What a case may be when it comes from outside, in a seed line or a test file. */
import { z } from "zod";
import type { Behaviour, JobSpec, Op, RaceCase } from "./race-case.ts";

const name = z.string().max(100);
const count = z.int().min(0).max(10_000);
const ms = z.number().min(-1e9).max(1e9);
const list = <T extends z.ZodType>(item: T) => z.array(item).max(1_000);

const jobSchema: z.ZodType<JobSpec> = z.lazy(() =>
  z.strictObject({
    name,
    does: behaviourSchema.optional(),
    after: list(name).optional(),
    trigger: z.string().max(40).optional(),
    queue: name.optional(),
    priority: count.optional(),
    delayMs: ms.optional(),
    maxAttempts: count.optional(),
    timeoutMs: ms.optional(),
    backoffMs: ms.optional(),
    uniqueKey: name.optional(),
    limitKey: name.optional(),
  }),
) as z.ZodType<JobSpec>;

const behaviourSchema: z.ZodType<Behaviour> = z.lazy(() =>
  z.strictObject({
    steps: count.optional(),
    takesMs: ms.optional(),
    ends: z.enum(["done", "fail", "abandon", "later", "expand", "hang"]).optional(),
    failures: count.optional(),
    laterMs: ms.optional(),
    nodes: list(jobSchema).optional(),
  }),
) as z.ZodType<Behaviour>;

const unique = z.enum(["reject", "ignore", "replace"]);
const op = <K extends Op["op"], S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ op: z.literal(kind), ...shape });

const opSchema = z.discriminatedUnion("op", [
  op("enqueue", { jobs: list(jobSchema), unique: unique.optional() }),
  op("submit", { run: name, nodes: list(jobSchema) }),
  op("cancel", { job: name.optional(), run: name.optional(), queue: name.optional() }),
  op("pause", { queue: name }),
  op("resume", { queue: name }),
  op("start", { worker: count }),
  op("stop", { worker: count, drainMs: ms }),
  op("hand", {
    limit: count,
    leaseMs: ms,
    holdsMs: ms,
    ends: z.enum(["done", "fail", "later", "walk away"]),
    renewsAfterMs: ms.optional(),
  }),
  op("sleep", { ms }),
  op("read", {}),
  op("jump", { ms }),
]) as unknown as z.ZodType<Op>;

const limitSchema = z.strictObject({
  concurrency: count.optional(),
  rate: z.strictObject({ count, perMs: ms, burst: count.optional() }).optional(),
});
const limitsByName = z.record(name, limitSchema);

/** See the file's head. */
export const raceCaseSchema: z.ZodType<RaceCase> = z.strictObject({
  scenario: name,
  config: z.record(name, z.number()),
  limits: z
    .strictObject({
      queues: limitsByName.optional(),
      keys: limitsByName.optional(),
      eachKey: limitSchema.optional(),
    })
    .optional(),
  store: z.enum(["memory", "file"]),
  workers: list(
    z.strictObject({
      concurrency: count,
      claimBatch: count,
      queues: list(name).optional(),
      wake: z.enum(["notify", "poll"]).optional(),
      waits: z.boolean().optional(),
    }),
  ),
  clients: list(z.strictObject({ name, ops: list(opSchema) })),
  faults: list(
    z.strictObject({ at: z.string().max(40), nth: count, kind: z.enum(["error", "crash"]) }),
  ),
}) as unknown as z.ZodType<RaceCase>;
