/** kill -9 at random moments: what was acknowledged is there, nothing is torn, no old token settles, and the rest goes on. */
import { expect, it } from "vitest";
import { killRound, ROUND_KILLS } from "../support/kill-round.ts";

// The seed's own figures: where a kill falls is a matter of the machine's speed, what must hold is not. `npm run test:long`
// does ten such rounds and writes results/published/kills.json.
it(`S1, S3, Q3: loses nothing acknowledged, tears nothing and applies no stale settle in ${ROUND_KILLS} kills`, {
  timeout: 180_000,
}, async () => {
  const { kills, acknowledged, staleSettlesRefused, jobs } = await killRound(1);
  expect(kills).toBe(ROUND_KILLS);
  // A round that looked at nothing would have proved nothing.
  expect(Math.min(acknowledged, staleSettlesRefused, jobs)).toBeGreaterThan(0);
});
