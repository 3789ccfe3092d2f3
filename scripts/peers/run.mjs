/**
 * Every queue on the same jobs, in one shuffled session: a fresh process and a fresh database for each trial.
 *
 *   node run.mjs [--jobs 10000] [--trials 7] [--durability full,relaxed] [--queues a,b] [--tasks a,b] [--seed 1] --out file.json
 *
 * With --minutes it stops in time; the same command goes on where the file ends, and exits with 0 when all is measured.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir, totalmem } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DURABILITY, QUEUES } from "./queue.mjs";
import { startPostgres, startRedis } from "./servers.mjs";
import { TASKS } from "./tasks.mjs";

const TRIAL = fileURLToPath(new URL("./trial.mjs", import.meta.url));
const TRIAL_LIMIT_MS = 60_000;

const { values: options } = parseArgs({
  options: {
    jobs: { type: "string", default: "10000" },
    trials: { type: "string", default: "7" },
    durability: { type: "string", default: "full,relaxed" },
    queues: { type: "string", default: Object.keys(QUEUES).join(",") },
    tasks: { type: "string", default: Object.keys(TASKS).join(",") },
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "Infinity" },
    out: { type: "string", default: "peers.json" },
  },
});

/** Of the session that --minutes cut off. */
const UNFINISHED = 75;
const endMs = performance.now() + Number(options.minutes) * 60_000;
const isOver = () => performance.now() > endMs;

/** The order of a block depends on the seed and the block alone, so that a session can go on. */
function shuffled(list, block) {
  let state = (Math.imul(Number(options.seed) + 1, 2654435761) ^ Math.imul(block + 1, 40503)) >>> 0;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

function runTrial(order) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [TRIAL, JSON.stringify(order)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (err = (err + data).slice(-4000)));
    const timer = setTimeout(() => child.kill("SIGKILL"), TRIAL_LIMIT_MS);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const line = out.trim().split("\n").at(-1) ?? "";
      if (line.startsWith("{")) return resolve(JSON.parse(line));
      const reason =
        err.split("\n").find((text) => /^\w*Error\b/.test(text.trim())) ??
        `ended with ${signal ?? code}`;
      resolve({
        failed: signal === "SIGKILL" ? `took more than ${TRIAL_LIMIT_MS / 1000} s` : reason.trim(),
      });
    });
  });
}

const versions = (() => {
  const require = createRequire(import.meta.url);
  const { dependencies } = require("./package.json");
  return { ...dependencies, quackmark: require("../../package.json").version };
})();

/** It has no such thing, or failed at it before. */
function isHopeless(trials, queue, task) {
  return trials.some(
    (one) => one.queue === queue && one.task === task && (one.has === false || one.failed),
  );
}

/** One trial on a fresh database; `server` is the reason where there is none. */
async function measure(order, server) {
  if (typeof server === "string") return { failed: server };
  const url = server === undefined ? undefined : await server.fresh();
  const result = await runTrial({ ...order, jobs: Number(options.jobs), url });
  for (const ending of ["", ".wal", "-wal", "-shm", ".lock"]) {
    rmSync(`${order.path}${ending}`, { force: true });
  }
  return result;
}

/** Adds to `trials` what is not in it yet; false where the time was over before. */
async function session(durability, folder, trials) {
  const cells = options.tasks
    .split(",")
    .flatMap((task) => options.queues.split(",").map((queue) => ({ task, queue })));
  const own = trials.filter((one) => one.durability === durability);
  const isLeft = (block, { queue, task }) =>
    !own.some((one) => one.block === block && one.queue === queue && one.task === task) &&
    !isHopeless(own, queue, task);
  const blocks = Array.from({ length: Number(options.trials) }, (_, block) => block);
  if (!blocks.some((block) => cells.some((cell) => isLeft(block, cell)))) return true;
  mkdirSync(folder, { recursive: true });
  const servers = {
    postgres: await startPostgres(join(folder, "pg"), durability),
    redis: await startRedis(join(folder, "redis"), durability),
  };
  serverVersions.PostgreSQL = servers.postgres.version;
  if (typeof servers.redis !== "string") serverVersions.Redis = servers.redis.version;
  let cut = false;
  for (const block of blocks) {
    for (const { task, queue } of shuffled(cells, block)) {
      if (!isLeft(block, { task, queue })) continue;
      cut ||= isOver();
      if (cut) break;
      const path = join(folder, `trial-${own.length}.db`);
      const server = servers[QUEUES[queue].store];
      const result = await measure({ queue, task, path, durability }, server);
      const trial = { queue, task, durability, block, ...result };
      own.push(trial);
      trials.push(trial);
      process.stderr.write(
        `${durability} ${block + 1} ${queue} ${task} ${JSON.stringify(result)}\n`,
      );
    }
  }
  await servers.postgres.stop();
  if (typeof servers.redis !== "string") await servers.redis.stop();
  return !cut;
}

/** The checkout that was measured. */
function gitState() {
  const git = (...args) =>
    spawnSync("git", args, { cwd: fileURLToPath(new URL(".", import.meta.url)), encoding: "utf8" });
  const head = git("rev-parse", "HEAD");
  if (head.status !== 0) return { commit: null, dirty: false };
  return { commit: head.stdout.trim(), dirty: git("status", "--porcelain").stdout !== "" };
}

const folder = mkdtempSync(join(tmpdir(), "peers-"));
// Where this runs as root, the server runs as somebody else.
chmodSync(folder, 0o755);
const git = gitState();
const before = existsSync(options.out) ? JSON.parse(readFileSync(options.out, "utf8")) : null;
if (before !== null) {
  const isSame =
    before.environment.commit === git.commit &&
    before.jobs === Number(options.jobs) &&
    before.seed === Number(options.seed);
  if (!isSame)
    throw new Error(
      `${options.out} is of another commit, seed or number of jobs; name another file`,
    );
}
const { startedAt = new Date().toISOString(), trials = [] } = before ?? {};
const serverVersions = {};
let isWhole = true;
try {
  for (const durability of options.durability.split(","))
    isWhole = (await session(durability, join(folder, durability), trials)) && isWhole;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const environment = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryBytes: totalmem(),
  node: process.versions.node,
  ...git,
};
// Of the result's place only the name: where it lay tells nothing about the figures.
const command = ["npm", "run", "peers", "--", ...process.argv.slice(2)].map((argument, i, all) =>
  all[i - 1] === "--out" ? basename(argument) : argument,
);
// A session that went on with other arguments says all of them.
const commands = [before?.command ?? command, command].filter(
  (one, i, all) => i === 0 || one.join() !== all[0].join(),
);
const result = {
  schemaVersion: 1,
  command: commands.flatMap((one, i) => (i === 0 ? one : ["&&", ...one])),
  startedAt,
  finishedAt: new Date().toISOString(),
  jobs: Number(options.jobs),
  seed: Number(options.seed),
  environment,
  versions: { ...versions, ...serverVersions, ...before?.versions },
  durabilities: DURABILITY,
  stores: Object.fromEntries(Object.entries(QUEUES).map(([name, { store }]) => [name, store])),
  trials,
};
writeFileSync(`${options.out}.new`, `${JSON.stringify(result, null, 1)}\n`);
renameSync(`${options.out}.new`, options.out);
if (!isWhole) {
  process.stderr.write("The time is over: run the same command again, and it goes on.\n");
  // A hook of the server's package ends the process with 0 where it is left to end by itself.
  process.exit(UNFINISHED);
}
