/** A queue that hands nothing out for a while, and one that is run empty. */
import { type QuackmarkError, Queue } from "quackmark/engine";

const queue = await Queue.open({ path: "temp" });
queue.task("mail", () => null);
queue.worker({ queues: ["mail", "default"] }).start();

// #region Q12
await queue.pause("mail");
// Still accepted, and kept until somebody resumes the queue; a pause is durable.
const id = await queue.enqueue({ task: "mail", queue: "mail" });
await queue.enqueue({ task: "mail" });
await queue.drain("default");
console.log(`while paused: ${(await queue.job(id))?.state}`);
await queue.resume("mail");

// Runs what is there and accepts nothing more.
await queue.drain("mail");
console.log(`drained: ${(await queue.job(id))?.state}`);
await queue
  .enqueue({ task: "mail", queue: "mail" })
  .catch(({ code }: QuackmarkError) => console.log(code));
// #endregion
await queue.close();
