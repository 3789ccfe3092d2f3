/** The command line of `bench load`: an open load is the scenario `load` at one rate, or a search over rates. */
import type { Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { InputError } from "../lib/errors.ts";
import { MaxRateRun } from "../runner/find-max-rate.ts";
import { type Typed, textOf } from "./command.ts";
import { durationMs } from "./flag-values.ts";
import { FORMAT_HELP, readFormat } from "./formats.ts";
import { repeatedTexts } from "./repeated-flag.ts";
import { prepareNew, type RunArguments, runCommand, runPrepared } from "./run.ts";

/** Flags of their own, and the parameters of the scenario that they set. */
const LOAD_FLAGS = {
  rate: "jobs that arrive in a second: 2000/s, or a list (with --find-max: where to begin; default 100/s)",
  duration: "how long jobs arrive (default 60s; with --find-max for each step, default 5s)",
  arrivals: "poisson (at random, as independent users come) or constant (default poisson)",
  slo: "the service level: 'p(99) < 50ms' (exit 4 when it is missed)",
} as const;

/** Flags that mean the same as in `bench run`, and parameters of the workers. */
const SHARED_FLAGS = {
  trials: "trials of each rate (default 1)",
  seed: "seed of the arrivals (default 1)",
  store: "duckdb, or postgres://user@host/database (default duckdb)",
  durability: "full: a commit is on disk; relaxed: at the next checkpoint (default full)",
  out: "folder for result, journal and charts (default results/runs/<id>)",
  format: FORMAT_HELP,
  threshold: "what else must hold, or exit 4; may be repeated: 'peakRss < 300MB'",
} as const;

const WORKER_FLAGS = {
  processes:
    "processes that work on one PostgreSQL queue; 1 is the one that sends, and more are beside it",
  workers: "workers in a process",
  concurrency: "handlers of one worker in flight",
  "claim-batch": "jobs that one claim takes at most",
  wake: "what wakes an idle worker: notify or poll",
  "poll-interval": "sleep of a worker whose claim returned nothing",
} as const;

const PARAMETER_OF: Readonly<Record<string, string>> = {
  rate: "arrivalRate",
  duration: "duration",
  arrivals: "arrivals",
  processes: "processes",
  workers: "workers",
  concurrency: "concurrency",
  "claim-batch": "claimBatch",
  wake: "wake",
  "poll-interval": "pollInterval",
};

const DEFAULT_DURATION = "60s";
const DEFAULT_STEP = "5s";
const DEFAULT_START = "100/s";

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  command.positional("scenario", {
    type: "string",
    describe: "a scenario of your own whose workload is load, by path (default: the built-in one)",
  });
  for (const [flag, describe] of Object.entries({
    ...LOAD_FLAGS,
    ...WORKER_FLAGS,
    ...SHARED_FLAGS,
  })) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  return command
    .option("find-max", {
      type: "boolean",
      describe: "find the highest rate that keeps --slo, by doubling and halving",
    })
    .option("json", { type: "boolean", describe: "the same as --format json" })
    .option("no-charts", { type: "boolean", describe: "draw no PNG charts" })
    .example("$0 load --rate 2000/s --duration 60s", "latency under 2,000 jobs a second")
    .example("$0 load --find-max --slo 'p(99) < 50ms'", "the highest rate with that latency")
    .epilogue(
      "Latency runs from the intended arrival, corrected for a generator that was held up; the uncorrected figure stands beside it.",
    );
}

/** Runs the command. */
export async function run(typed: Typed): Promise<number> {
  try {
    return await load(typed);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // The scenario has another name for the rate than this command.
    throw new InputError(error.message.replaceAll("--arrival-rate", "--rate"), { cause: error });
  }
}

async function load(typed: Typed): Promise<number> {
  const findMax = typed["find-max"] === true;
  const slo = textOf(typed, "slo");
  const args = loadArguments(typed, findMax, slo);
  if (!findMax) return await runCommand(args);
  if (slo === undefined)
    throw new InputError("--find-max needs --slo, such as --slo 'p(99) < 50ms'.");
  const format = readFormat(args.flags["format"], args.json);
  const prepared = await prepareNew(args, (head, folder, hooks) => {
    // The steps beyond the answer miss the level by design: it is no threshold of the run.
    const [level = slo, ...thresholds] = Object.values(head.plan.thresholds).flat();
    const [scenario] = head.plan.scenarios;
    const plan = { ...head.plan, thresholds: { [scenario?.name ?? ""]: thresholds } };
    return new MaxRateRun({ head: { ...head, plan }, slo: level, folder, hooks });
  });
  const { cells } = prepared.plan;
  if (cells.length !== 1) {
    prepared.folder.discard();
    throw new InputError(
      `--find-max varies the rate alone, and these flags make ${cells.length} cells. Name one value of each.`,
    );
  }
  return await runPrepared(
    { ...prepared, plan: { ...prepared.plan, thresholds: {} } },
    format,
    args.charts,
  );
}

function loadArguments(typed: Typed, findMax: boolean, slo: string | undefined): RunArguments {
  const duration = textOf(typed, "duration") ?? (findMax ? DEFAULT_STEP : DEFAULT_DURATION);
  const rate = textOf(typed, "rate") ?? (findMax ? DEFAULT_START : undefined);
  if (rate === undefined) {
    throw new InputError(
      "bench load needs --rate, such as --rate 2000/s, or --find-max with --slo.",
    );
  }
  const named = Object.entries(PARAMETER_OF).flatMap(([flag, parameter]) => {
    const text = textOf(typed, flag);
    return text === undefined ? [] : [[parameter, text] as const];
  });
  const shared = Object.keys(SHARED_FLAGS).map((flag) => [flag, textOf(typed, flag)] as const);
  const [argv, { scenario }] = [hideBin(process.argv), typed];
  return {
    scenarios: [typeof scenario === "string" ? scenario : "load"],
    parameters: { arrivals: "poisson", ...Object.fromEntries(named), arrivalRate: rate, duration },
    flags: {
      trials: "1",
      ...Object.fromEntries(shared.filter(([, text]) => text !== undefined)),
      "max-trial-time": trialLimit(duration),
    },
    thresholds: [...(slo === undefined ? [] : [slo]), ...repeatedTexts(argv, "--threshold")],
    json: typed["json"] === true,
    charts: typed["no-charts"] !== true,
    command: ["bench", ...argv],
  };
}

/** A queue that falls behind works its backlog off after the last arrival; three times the duration and a minute tell enough. */
function trialLimit(duration: string): string {
  const ms = duration.split(",").map((text) => durationMs("--duration", text));
  return `${3 * Math.max(...ms) + 60_000}ms`;
}
