/** The work that every queue gets. Each task returns its figures and has checked that each job ran exactly once. */

const POLL_MS = 5;
const LATENCY_JOBS = 200;
const LATENCY_GAP_MS = 15;
const LIVE_BATCH = 100;
const LAYERS = 10;
const BULK_TIMES = 10;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Counts executions, job by job. */
function recorder(jobs) {
  const runs = new Uint8Array(jobs);
  const order = new Float64Array(jobs);
  let count = 0;
  let done = () => undefined;
  const all = new Promise((resolve) => {
    done = resolve;
  });
  return {
    handler: async ({ n }) => {
      runs[n]++;
      order[n] = ++count;
      if (count === jobs) done();
    },
    order,
    all,
    check() {
      const wrong = runs.findIndex((times) => times !== 1);
      if (wrong !== -1) throw new Error(`wrong answer: job ${wrong} ran ${runs[wrong]} times`);
    },
  };
}

const jobsOf = (count) => Array.from({ length: count }, (_, n) => ({ n }));

/** The last handler has run; now until the store has recorded it. */
async function settled(queue, runs) {
  await runs.all;
  while ((await queue.unfinished()) > 0) await sleep(POLL_MS);
}

async function enqueue(queue, jobs) {
  const all = jobsOf(jobs);
  const start = performance.now();
  await queue.enqueueAll(all);
  const ms = performance.now() - start;
  const stored = await queue.unfinished();
  if (stored !== jobs) throw new Error(`wrong answer: ${stored} of ${jobs} jobs are stored`);
  return { jobsPerS: (jobs / ms) * 1000 };
}

/** The same of ten times as many, so that a process that is cold tells less. */
const bulk = (queue, jobs) => enqueue(queue, jobs * BULK_TIMES);

async function drain(queue, jobs) {
  await queue.enqueueAll(jobsOf(jobs));
  const runs = recorder(jobs);
  const start = performance.now();
  await queue.work(runs.handler);
  await settled(queue, runs);
  const ms = performance.now() - start;
  runs.check();
  return { jobsPerS: (jobs / ms) * 1000 };
}

/** A producer that never waits for the worker, in batches, in the same process. */
async function live(queue, jobs) {
  const runs = recorder(jobs);
  await queue.work(runs.handler);
  const all = jobsOf(jobs);
  const start = performance.now();
  for (let first = 0; first < jobs; first += LIVE_BATCH) {
    await queue.enqueueAll(all.slice(first, first + LIVE_BATCH));
  }
  await settled(queue, runs);
  const ms = performance.now() - start;
  runs.check();
  return { jobsPerS: (jobs / ms) * 1000 };
}

async function latency(queue) {
  const jobs = LATENCY_JOBS;
  const runs = recorder(jobs);
  const sentMs = new Float64Array(jobs);
  const wakeMs = new Float64Array(jobs);
  await queue.work(async (job) => {
    wakeMs[job.n] = performance.now() - sentMs[job.n];
    await runs.handler(job);
  });
  await sleep(300);
  for (let n = 0; n < jobs; n++) {
    await sleep(LATENCY_GAP_MS * (0.5 + Math.random()));
    sentMs[n] = performance.now();
    await queue.enqueue({ n });
  }
  await settled(queue, runs);
  runs.check();
  const sorted = wakeMs.toSorted();
  return { wakeMsP50: sorted[Math.floor(jobs * 0.5)], wakeMsP99: sorted[Math.floor(jobs * 0.99)] };
}

async function dag(queue, jobs, edges, submit) {
  const runs = recorder(jobs);
  const start = performance.now();
  await submit(jobsOf(jobs));
  await queue.work(runs.handler);
  await settled(queue, runs);
  const ms = performance.now() - start;
  runs.check();
  for (const [child, parent] of edges) {
    if (runs.order[child] < runs.order[parent]) {
      throw new Error(`wrong answer: job ${child} ran before its parent ${parent}`);
    }
  }
  return { jobsPerS: (jobs / ms) * 1000 };
}

function submitWith(queue, edges) {
  if (queue.submitDag === undefined) return null;
  return (jobs) => queue.submitDag(jobs, edges);
}

function fanOut(queue, jobs) {
  const edges = Array.from({ length: jobs - 1 }, (_, i) => [i + 1, 0]);
  const submit = submitWith(queue, edges);
  return submit === null ? null : dag(queue, jobs, edges, submit);
}

function fanIn(queue, jobs) {
  const edges = Array.from({ length: jobs - 1 }, (_, i) => [0, i + 1]);
  const submit = queue.submitFanIn ?? submitWith(queue, edges);
  return submit === null ? null : dag(queue, jobs, edges, submit);
}

/** Layers of equal width; every job waits for two of the layer before. */
function layered(queue, jobs) {
  const width = Math.ceil(jobs / LAYERS);
  const edges = [];
  for (let n = width; n < jobs; n++) {
    const before = n - (n % width) - width;
    edges.push([n, before + (n % width)], [n, before + ((n * 7 + 1) % width)]);
  }
  const unique = edges.filter(
    ([child, parent], i) => i % 2 === 0 || edges[i - 1][1] !== parent || edges[i - 1][0] !== child,
  );
  const submit = submitWith(queue, unique);
  return submit === null ? null : dag(queue, jobs, unique, submit);
}

/** By name; `null` where the queue has no such thing. */
export const TASKS = {
  enqueue,
  bulk,
  drain,
  live,
  latency,
  "fan-out": fanOut,
  "fan-in": fanIn,
  layered,
};
