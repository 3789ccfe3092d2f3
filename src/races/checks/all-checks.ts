/**
 * Every check, causes before consequences: a job that nobody submitted explains that it is not in the end,
 * a token that came twice explains a double claim, which explains an overlapping execution. Verdicts keep this order.
 */
import { abortedEffect } from "./aborted-effect.ts";
import { acceptedCycle } from "./accepted-cycle.ts";
import { attemptCount } from "./attempt-count.ts";
import type { Check } from "./check.ts";
import { fifoDisplacement, priorityInversion } from "./claim-order.ts";
import { clockFaults } from "./clock-faults.ts";
import { conflictStorm } from "./conflict-storm.ts";
import {
  purgeChangesReadiness,
  runBeforeAll,
  runBeforeAny,
  wrongSkip,
} from "./dependency-order.ts";
import { doubleClaim } from "./double-claim.ts";
import { duplicateJob } from "./duplicate-job.ts";
import { earlyRun } from "./early-run.ts";
import { resurrection, terminalFlip } from "./ended-twice.ts";
import { foreignSettle } from "./foreign-settle.ts";
import { isolationCycles } from "./isolation-cycles.ts";
import { lateAck } from "./late-ack.ts";
import { hangs, leaks } from "./leaks-and-hangs.ts";
import { limitOvershoot } from "./limit-overshoot.ts";
import { lostAck } from "./lost-ack.ts";
import { lostInCrash } from "./lost-in-crash.ts";
import { lostJob } from "./lost-job.ts";
import { lostLink } from "./lost-link.ts";
import { missedWake } from "./missed-wake.ts";
import { overlappingExecution } from "./overlapping-execution.ts";
import { partialSubmission } from "./partial-submission.ts";
import { phantomJob } from "./phantom-job.ts";
import { reopenFailure, slowRecovery } from "./recovery.ts";
import { runAfterCancel } from "./run-after-cancel.ts";
import { runStatus } from "./run-status.ts";
import { claimAfterStop, heldAfterShutdown } from "./shutdown-claims.ts";
import { splitBrain } from "./split-brain.ts";
import { starvation } from "./starvation.ts";
import { stuckJob } from "./stuck-job.ts";
import { tokenReuse } from "./token-reuse.ts";
import { fracturedRead, tornOperation } from "./torn-transaction.ts";
import { silentCommit, transactionBleed } from "./transactions.ts";
import { unclaimedExecution } from "./unclaimed-execution.ts";
import { backwardsRead, staleRead } from "./visibility.ts";
import { wrongEdges } from "./wrong-edges.ts";
import { wrongResult } from "./wrong-result.ts";

/** See the file's head. */
export const CHECKS: readonly Check[] = [
  ...[reopenFailure, splitBrain, silentCommit, transactionBleed],
  ...[phantomJob, duplicateJob, acceptedCycle],
  ...[tokenReuse, unclaimedExecution, runAfterCancel],
  ...[purgeChangesReadiness, runBeforeAll, runBeforeAny, wrongSkip],
  ...[doubleClaim, overlappingExecution, foreignSettle, lateAck],
  ...[attemptCount, earlyRun, claimAfterStop],
  ...[tornOperation, lostInCrash, partialSubmission, wrongEdges, lostLink],
  ...[abortedEffect, lostAck, backwardsRead, fracturedRead, staleRead, resurrection, terminalFlip],
  ...[wrongResult, lostJob, heldAfterShutdown, stuckJob, runStatus, isolationCycles],
  ...[starvation, priorityInversion, fifoDisplacement, limitOvershoot],
  ...[slowRecovery, missedWake, conflictStorm, clockFaults, leaks, hangs],
];
