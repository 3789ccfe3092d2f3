/** Jobs that come by the clock: durable cron patterns and intervals, one firing per slot. */
import { Queue } from "quackmark/engine";

const queue = await Queue.open({ path: "temp" });
let ticks = 0;
queue.task("tick", () => ++ticks);
queue.task("report", () => null);

// #region Q11
await queue.schedules.set("heartbeat", { everyMs: 50, job: { task: "tick" } });
await queue.schedules.set("weekly report", {
  cron: "30 8 * * MON",
  timezone: "Europe/Berlin",
  // After downtime: the last missed slot (`latest`), each of them (`all`), or none.
  catchUp: "latest",
  // A slot adds no second report while the first is still there.
  job: { task: "report", uniqueKey: "report" },
});
// #endregion

const third = new Promise((resolve) => {
  queue.on("done", () => ticks === 3 && resolve(ticks));
});
queue.worker().start();
await third;
await queue.schedules.remove("heartbeat");
console.log("it ticked");

for (const { name, nextSlot } of await queue.schedules.list()) {
  const options = { weekday: "long", hour: "2-digit", minute: "2-digit", hour12: false } as const;
  const at = nextSlot?.toLocaleString("en", { ...options, timeZone: "Europe/Berlin" });
  console.log(`${name}: next on ${at}`);
}
const never = { cron: "0 0 30 2 *", job: { task: "report" } };
await queue.schedules.set("never", never).catch(({ message }: Error) => console.log(message));
await queue.close();
