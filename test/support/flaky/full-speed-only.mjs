/** A test program that fails when it was stopped and continued: it stands for one whose deadline is tight. */
const WORK_MS = 40;

let continued = false;
process.on("SIGCONT", () => {
  continued = true;
});

/** Works for a while of CPU time, and hears signals in between. */
function work() {
  const { user, system } = process.cpuUsage(start);
  if ((user + system) / 1000 < WORK_MS) setImmediate(work);
  else process.exit(continued ? 1 : 0);
}
const start = process.cpuUsage();
work();
