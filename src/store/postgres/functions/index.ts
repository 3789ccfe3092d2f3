/** All functions, in an order in which each finds those that it names. */
import { ADD_JOBS, ADD_NODES, ENQUEUE, EXPAND, FIRE, LINK_OUTSIDE, TAKE_KEYS } from "./admit.ts";
import { CASCADE, END_EXPANDED, HELPERS } from "./cascade.ts";
import { CLAIM, PROMOTE } from "./claim.ts";
import { ANNOUNCE, CANCEL, END_CANCELLED } from "./control.ts";
import { DECIDE } from "./decide.ts";
import { CLAIM_LIMITED, FILL_BUCKET, ROOM_OF } from "./limits.ts";
import { KEEP_ENDED, PURGE } from "./purge.ts";
import { RECOUNT, REDRIVABLE, REDRIVE } from "./redrive.ts";
import { REAP, RENEW, SETTLE, VOID_CLAIMS } from "./settle.ts";
import { TELLING } from "./tell.ts";
import { ENTER_AND_TURN, TURN } from "./turn.ts";

/** Created anew with every migration; they hold no state. */
export const FUNCTIONS: readonly string[] = [
  ...HELPERS,
  DECIDE,
  END_EXPANDED,
  CASCADE,
  SETTLE,
  REAP,
  RENEW,
  VOID_CLAIMS,
  PROMOTE,
  FILL_BUCKET,
  ROOM_OF,
  CLAIM_LIMITED,
  CLAIM,
  TURN,
  ANNOUNCE,
  END_CANCELLED,
  CANCEL,
  KEEP_ENDED,
  PURGE,
  LINK_OUTSIDE,
  TAKE_KEYS,
  ADD_JOBS,
  ENTER_AND_TURN,
  ENQUEUE,
  ADD_NODES,
  EXPAND,
  FIRE,
  RECOUNT,
  REDRIVABLE,
  REDRIVE,
  ...TELLING,
];
