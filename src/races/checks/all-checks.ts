/**
 * Every check, causes before consequences: a lost token explains a double claim, which explains an
 * overlapping execution. Verdicts keep this order.
 */
import type { Check } from "./check.ts";
import { doubleClaim } from "./double-claim.ts";
import { tokenReuse } from "./token-reuse.ts";

/** See the file's head. */
export const CHECKS: readonly Check[] = [tokenReuse, doubleClaim];
