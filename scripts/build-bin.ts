/**
 * Makes the built programs of the package executable. The package manager does so once, when it links them; a build
 * into a folder that was emptied since would leave a file that the shell refuses.
 */
import { chmodSync } from "node:fs";
import packageJson from "../package.json" with { type: "json" };

const MODE = 0o755;

for (const program of Object.values(packageJson.bin)) {
  chmodSync(new URL(`../${program}`, import.meta.url), MODE);
}
