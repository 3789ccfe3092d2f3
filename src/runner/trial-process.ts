/** Runs one trial in a process of its own, cut at a time limit, then checks its database in another. */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Checks, Trial, TrialEnvironment } from "../results/result.ts";
import type { TrialOrder, TrialReply } from "./trial-message.ts";

/** Trials run built JavaScript, also when the runner itself runs from source. */
const TRIAL_MODULE = fileURLToPath(new URL("../../dist/runner/trial.js", import.meta.url));
const UNKNOWN: TrialEnvironment = { cpuPressurePct: null, stealPct: null, involuntarySwitches: 0 };

type Outcome = { last: TrialReply | null; rowsDone: number; cut: boolean };

function runProcess(order: TrialOrder, limitMs: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = fork(TRIAL_MODULE, { stdio: ["ignore", "ignore", "inherit", "ipc"], env: { ...process.env, UV_THREADPOOL_SIZE: "8" } });
    const outcome: Outcome = { last: null, rowsDone: 0, cut: false };
    const timer = setTimeout(() => {
      outcome.cut = true;
      child.kill("SIGKILL");
    }, limitMs);
    child.on("message", (message: TrialReply) => {
      if (message.kind === "progress") outcome.rowsDone = message.rowsDone;
      else outcome.last = message;
    });
    child.on("error", reject);
    child.on("exit", () => {
      clearTimeout(timer);
      resolve(outcome);
    });
    child.send(order);
  });
}

/** What became of a trial: a trial, or the reason why there is none. */
export type TrialResult = { readonly trial: Trial } | { readonly failure: string };

/** Measures and checks one trial. `order` is its place in the run. */
export async function runTrial(request: Omit<TrialOrder, "mode" | "databasePath">, order: number, maxTrialMs: number): Promise<TrialResult> {
  const folder = mkdtempSync(join(tmpdir(), "quackmark-trial-"));
  const databasePath = join(folder, "queue.db");
  try {
    const { last, rowsDone, cut } = await runProcess({ ...request, mode: "measure", databasePath }, maxTrialMs);
    if (cut) return { trial: { order, metrics: {}, checks: null, environment: UNKNOWN, censored: { limitMs: maxTrialMs, rowsDone } } };
    if (last?.kind !== "measured") return { failure: last?.kind === "failed" ? last.reason : "the trial process ended without an answer" };
    const checked = await runProcess({ ...request, mode: "check", databasePath }, Math.max(maxTrialMs, 60_000));
    const checks: Checks | null = checked.last?.kind === "checked" ? checked.last.checks : null;
    if (checks === null) return { failure: "the database of the trial could not be checked" };
    return { trial: { order, metrics: last.metrics, checks, environment: last.environment } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
