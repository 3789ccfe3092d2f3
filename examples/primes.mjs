/** Runs in a worker thread; see worker-threads.ts. */

/**
 * How many primes there are up to a number.
 *
 * @param {number} upTo
 * @param {{ progress(done: number, total: number): void }} job
 */
export function countPrimes(upTo, job) {
  let primes = 0;
  for (let n = 2; n <= upTo; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes++;
  }
  job.progress(upTo, upTo);
  return primes;
}
