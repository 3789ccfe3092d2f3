/** A child of the tests: two queues whose handlers run on, and which close on signals. Says how each handler ended. */
const [, , engine, folder, drainMs] = process.argv;
const { Queue } = await import(engine);

for (const name of ["a", "b"]) {
  const queue = await Queue.open({ path: `${folder}/${name}.db` });
  queue.closeOnSignals({ drainMs: Number(drainMs) });
  queue.task("long", async (_, { signal }) => {
    process.stdout.write(`${name} started\n`);
    await new Promise((resolve) => {
      signal.addEventListener("abort", resolve);
    });
    process.stdout.write(`${name} ${signal.reason.cause}\n`);
  });
  queue.task("short", () => undefined);
  await queue.enqueueAll([{ task: "long" }, { task: "short", dependsOn: [1] }].slice(0, 1));
  queue.worker().start();
  queue.worker({ queues: ["other"] }).start();
}
setInterval(() => undefined, 1000);
