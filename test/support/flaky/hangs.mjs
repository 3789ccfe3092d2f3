/** A test program that never ends, and leaves a child behind that would not either. */
import { spawn } from "node:child_process";

const FOREVER = "setInterval(() => undefined, 60_000)";
spawn(process.execPath, ["-e", FOREVER], { stdio: "inherit" });
setInterval(() => undefined, 60_000);
