/** Writes its report, `reports-once.mjs <file>`, unless there is one: later runs leave the old one in its place. */
import { existsSync, writeFileSync } from "node:fs";

const [, , path] = process.argv;
if (!existsSync(path)) writeFileSync(path, '<testsuite><testcase name="adds"/></testsuite>');
