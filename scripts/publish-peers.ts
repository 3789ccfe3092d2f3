/**
 * Makes a result of `npm run peers` the one that docs/PEERS.md shows: checks it, keeps it, draws it.
 *
 *   npm run peers:publish -- peers.json && npm run docs
 */
import { writeFileSync } from "node:fs";
import { InputError } from "../src/lib/errors.ts";
import { drawPeers } from "./peers-chart.ts";
import { PUBLISHED, readPeers } from "./peers-result.ts";

const [file, ...more] = process.argv.slice(2);
if (file === undefined || more.length > 0)
  throw new InputError("publish-peers: name one result of npm run peers");
const result = readPeers(file);
for (const durability of new Set(result.trials.map((trial) => trial.durability))) {
  const picture = await drawPeers(result, durability);
  writeFileSync(new URL(`../docs/images/peers-${durability}.png`, import.meta.url), picture);
}
writeFileSync(PUBLISHED, `${JSON.stringify(result, null, 1)}\n`);
