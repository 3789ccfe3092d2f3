/** A test program that fails in every nth run: `every-nth.mjs <counter file> <n>`. The file outlives the run. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const [, , file, n] = process.argv;
const run = existsSync(file) ? Number(readFileSync(file, "utf8")) + 1 : 1;
writeFileSync(file, String(run));
if (run % Number(n) === 0) {
  process.stderr.write(`run ${run} found what run ${run - 1} has left\n`);
  process.exitCode = 1;
}
