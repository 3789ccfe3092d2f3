/**
 * A test program that, in its nth run, presses Ctrl-C on who runs it and then hangs:
 * `interrupts.mjs <counter file> <n>`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const [, , file, n] = process.argv;
const run = existsSync(file) ? Number(readFileSync(file, "utf8")) + 1 : 1;
writeFileSync(file, String(run));
if (run === Number(n)) {
  process.kill(process.ppid, "SIGINT");
  setInterval(() => undefined, 60_000);
}
