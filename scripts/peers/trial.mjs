/** One trial in a process of its own: node trial.mjs '{"queue","task","jobs","path","url","durability"}'. Prints one JSON line. */
import { openQueue } from "./queue.mjs";
import { TASKS } from "./tasks.mjs";

const order = JSON.parse(process.argv[2]);
const queue = await openQueue(order.queue, order);
const figures = await TASKS[order.task](queue, order.jobs);
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
console.log(
  JSON.stringify(figures === null ? { has: false } : { has: true, ...figures, peakRssBytes }),
);
await queue.close();
process.exit(0);
