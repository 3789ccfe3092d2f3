/** The queue as tables and views: any question, read-only. */
import { type QuackmarkError, Queue } from "quackmark/engine";

const queue = await Queue.open({ path: "temp", config: { maxAttempts: 1 } });
queue.task("resize", ({ width }: { width: number }) => {
  if (width > 4000) throw new RangeError("too wide");
  return { width };
});
await queue.enqueueAll(
  [640, 800, 5000, 1024].map((width) => ({ task: "resize", queue: "images", args: { width } })),
);
queue.worker({ queues: ["images"] }).start();
await queue.idle();

// #region Q15
console.table(
  await queue.sql(
    "SELECT queue, state, count(*)::INT AS jobs FROM job_state GROUP BY ALL ORDER BY state",
  ),
);
console.table(
  await queue.sql(
    "SELECT id::INT AS job, error->>'message' AS error FROM dead_letter_queue WHERE queue = $queue",
    { queue: "images" },
  ),
);
// What writes, reads files or changes settings is refused.
await queue.sql("DELETE FROM jobs").catch(({ code }: QuackmarkError) => console.log(code));
// #endregion
await queue.close();
