/** Enqueues, settles and claims that wait to be sent, and the operation that sends them together. */
import type { Client, QueryArrayResult } from "pg";
import type { Clock } from "../../lib/clock.ts";
import { QuackmarkError } from "../../lib/errors.ts";
import type { Config } from "../../model/config.ts";
import type { Claim, EnqueueReceipt, Outcome, Settled, Submission } from "../store.ts";
import type { Admission } from "./admission.ts";
import { texts } from "./arrays.ts";
import { Entries, type EntryBatch } from "./entries.ts";
import type { HeldClaims } from "./held-claims.ts";
import type { Batch, Operation } from "./lane.ts";
import { inSchema } from "./names.ts";
import { type ClaimRow, claimsOf, outcomeColumns } from "./turn-columns.ts";

/** Most outcomes of one batch. */
const BATCH_LIMIT = 20_000;

interface SettleRequest {
  readonly outcomes: readonly Outcome[];
  resolve(settled: Settled): void;
  reject(error: unknown): void;
}

interface ClaimRequest {
  readonly queues: readonly string[];
  readonly limit: number;
  readonly workerId: number;
  readonly leaseMs: number;
  resolve(claims: readonly Claim[]): void;
  reject(error: unknown): void;
}

/** What a turn did beside its claims and the jobs that entered with it. */
export interface TurnSummary {
  readonly closed: readonly number[];
  /** Jobs that became ready, were claimed, and began (or ceased) to wait for a time. */
  readonly ready: number;
  readonly claimed: number;
  readonly delayed: number;
  /** Whether the claim looked for the next job that is due. */
  readonly asked: boolean;
  /** When that is; null for never. */
  readonly dueMs: number | null;
}

/** What turns work with. */
export interface TurnParts {
  readonly schema: string;
  readonly channel: string;
  readonly config: Config;
  readonly clock: Clock;
  readonly held: HeldClaims;
  /** JSON of the limits, or null for none. */
  readonly limits: string | null;
  /** When the store was opened: buckets were empty then. */
  readonly bornMs: number;
  readonly random: () => number;
  now(): number;
  /** Called when a turn is committed, before its promises resolve; `entered` jobs came with it, and `left` of them wait. */
  done(summary: TurnSummary, stale: number, entered: number, left: number): void;
}

const NOTHING_DONE: TurnSummary & { readonly stale: readonly number[] } = {
  stale: [],
  closed: [],
  ready: 0,
  claimed: 0,
  delayed: 0,
  asked: false,
  dueMs: null,
};

/** The last row of a turn. */
function summaryRow(summary: TurnSummary & { readonly stale: readonly number[] }): ClaimRow {
  return [null, 0, 0, "", JSON.stringify(summary), 0, 0, false];
}

/** See the file's head. */
export class Turns {
  readonly #parts: TurnParts;
  readonly #turnSql: string;
  readonly #enterSql: string;
  readonly #findSettledSql: string;
  readonly #findClaimedSql: string;
  readonly #entries: Entries;
  #settles: SettleRequest[] = [];
  readonly #claims: ClaimRequest[] = [];
  /** What failed together and is sent again, each by itself. */
  readonly #apart: Batch[] = [];

  constructor(parts: TurnParts, admission: Admission) {
    this.#parts = parts;
    this.#entries = new Entries(admission);
    const turn = `$1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9::float8 / 1000), $10, $11, $12, $13, to_timestamp($14::float8 / 1000), $15, $16, to_timestamp($17::float8 / 1000)`;
    const jobs = Array.from({ length: 17 }, (_, index) => `$${index + 18}`).join(", ");
    this.#turnSql = inSchema(parts.schema, `SELECT * FROM {s}.turn(${turn})`);
    this.#enterSql = inSchema(parts.schema, `SELECT * FROM {s}.enter_and_turn(${turn}, ${jobs})`);
    // An attempt that ended as its holder said: nobody else could say so.
    this.#findSettledSql = inSchema(
      parts.schema,
      `SELECT o.place FROM unnest($1::bigint[], $2::integer[]) WITH ORDINALITY AS o(id, attempt, place)
       WHERE EXISTS (SELECT 1 FROM {s}.ended_jobs e WHERE e.id = o.id AND e.attempt = o.attempt AND e.state IN (3, 4) AND e.cause <> 7 AND e.cause <> 5)
          OR EXISTS (SELECT 1 FROM {s}.past_attempts p WHERE p.job_id = o.id AND p.attempt = o.attempt AND p.cause NOT IN (5, 7))`,
    );
    this.#findClaimedSql = inSchema(
      parts.schema,
      `SELECT id, run_id, attempt, task, args, timeout_ms, priority, claim_cause = 9 FROM {s}.live_jobs WHERE state = 2 AND worker = $1`,
    );
  }

  /** Adds jobs that share a commit with others. @throws QuackmarkError (BACKPRESSURE) */
  enter(submission: Submission): Promise<EnqueueReceipt> {
    return this.#entries.add(submission);
  }

  /** Adds outcomes. */
  settle(outcomes: readonly Outcome[]): Promise<Settled> {
    return new Promise((resolve, reject) => this.#settles.push({ outcomes, resolve, reject }));
  }

  /** Adds a claim. */
  claim(request: Omit<ClaimRequest, "resolve" | "reject">): Promise<readonly Claim[]> {
    return new Promise((resolve, reject) => this.#claims.push({ ...request, resolve, reject }));
  }

  /** Everything that waits and fits into one call; null for nothing. */
  take(): Batch | null {
    const apart = this.#apart.shift();
    if (apart !== undefined) return apart;
    if (this.#settles.length + this.#claims.length === 0 && !this.#entries.some) return null;
    const settles = this.#takeSettles();
    const claim = this.#settles.length === 0 ? this.#claims.shift() : undefined;
    return this.#batch(this.#entries.take(), settles, claim);
  }

  /** Only its own caller hears of an error: what failed together is sent again, each call by itself. */
  #batch(
    entries: EntryBatch,
    settles: readonly SettleRequest[],
    claim: ClaimRequest | undefined,
  ): Batch {
    const hasTurn = settles.length > 0 || claim !== undefined;
    return {
      operation: this.#operation(entries, settles, claim),
      reject: (error) => {
        const isShared = entries.size > 1 || (entries.size === 1 && hasTurn);
        if (isShared && !(error instanceof QuackmarkError)) {
          for (const one of entries.apart()) this.#apart.push(this.#batch(one, [], undefined));
          if (hasTurn) this.#apart.push(this.#batch(this.#entries.none(), settles, claim));
          return;
        }
        entries.reject(error);
        for (const request of settles) request.reject(error);
        claim?.reject(error);
      },
    };
  }

  /** Settles from the head of the line; a job that is in it twice waits for the next call. */
  #takeSettles(): SettleRequest[] {
    const ids = new Set<number>();
    let count = 0;
    let taken = 0;
    for (const { outcomes } of this.#settles) {
      count += outcomes.length;
      for (const { jobId } of outcomes) ids.add(jobId);
      if (taken > 0 && (ids.size < count || count > BATCH_LIMIT)) break;
      taken++;
    }
    const settles = this.#settles.slice(0, taken);
    this.#settles = this.#settles.slice(taken);
    return settles;
  }

  #operation(
    entries: EntryBatch,
    settles: readonly SettleRequest[],
    claim: ClaimRequest | undefined,
  ): Operation<void> {
    const outcomes =
      settles.length === 1
        ? (settles[0] as SettleRequest).outcomes
        : settles.flatMap((request) => request.outcomes);
    const parameters = outcomeColumns(outcomes, this.#parts.config, this.#parts.random);
    const { held } = this.#parts;
    // What a lost connection had applied already.
    const applied = new Set<number>();
    return {
      send: async (client) => {
        // Whoever runs a suspect runs nothing beside it.
        const limit = claim === undefined || held.alone ? 0 : claim.limit;
        const entering = await entries.parameters(client);
        const isEmpty = entering === null && outcomes.length === 0 && claim === undefined;
        const rows = isEmpty
          ? [summaryRow(NOTHING_DONE)]
          : await this.#send(client, parameters, claim, limit, entering);
        if (entering !== null) entries.stored((rows.shift() as ClaimRow)[1]);
        this.#finish(rows, applied, entries, settles, claim);
      },
      find: async (client) => {
        await entries.find(client);
        if (outcomes.length > 0) {
          const { rows } = await client.query({
            text: this.#findSettledSql,
            values: [parameters[0], parameters[1]],
            rowMode: "array",
          });
          for (const [place] of rows as unknown as [number][]) applied.add(place);
        }
        if (claim === undefined) return null;
        // Claims that were committed and never heard of are handed out now.
        const { rows } = await client.query({
          text: this.#findClaimedSql,
          values: [claim.workerId],
          rowMode: "array",
        });
        const unknown = (rows as unknown as ClaimRow[]).filter(
          ([id, , attempt]) => !held.has(id as number, attempt),
        );
        if (unknown.length === 0) return null;
        const stale = outcomes.map((_, index) => index + 1).filter((place) => !applied.has(place));
        const last = summaryRow({ ...NOTHING_DONE, stale });
        this.#finish([...unknown, last], new Set(), entries, settles, claim);
        return undefined;
      },
    };
  }

  async #send(
    client: Client,
    outcomeColumns: readonly unknown[],
    claim: ClaimRequest | undefined,
    limit: number,
    entering: readonly unknown[] | null,
  ): Promise<ClaimRow[]> {
    const { config, held, channel } = this.#parts;
    const nowMs = this.#parts.now();
    const values = [
      ...outcomeColumns,
      config.retryBackoffMs,
      config.retryBackoffMaxMs,
      nowMs,
      texts(claim?.queues ?? []),
      limit,
      claim?.workerId ?? 0,
      held.size > 0,
      nowMs + (claim?.leaseMs ?? 0),
      channel,
      this.#parts.limits,
      this.#parts.bornMs,
    ];
    const result: QueryArrayResult = await client.query({
      ...(entering === null
        ? { name: "turn", text: this.#turnSql, values }
        : { name: "enter", text: this.#enterSql, values: [...values, ...entering] }),
      rowMode: "array",
    });
    return result.rows as unknown as ClaimRow[];
  }

  #finish(
    rows: readonly ClaimRow[],
    applied: ReadonlySet<number>,
    entries: EntryBatch,
    settles: readonly SettleRequest[],
    claim: ClaimRequest | undefined,
  ): void {
    const { held } = this.#parts;
    const last = rows[rows.length - 1] as ClaimRow;
    const summary = JSON.parse(last[4]) as TurnSummary & { readonly stale: readonly number[] };
    const stale = new Set(summary.stale.filter((place) => !applied.has(place)));
    let place = 0;
    const answers = settles.map(({ outcomes }) => {
      let lost = 0;
      for (const { jobId, attempt } of outcomes) {
        held.drop(jobId, attempt);
        if (stale.has(++place)) lost++;
      }
      return { applied: outcomes.length - lost, stale: lost };
    });
    const claims = claim === undefined ? [] : claimsOf(rows);
    for (const { jobId, attempt } of claims) held.add(jobId, attempt);
    if (rows.length > 1) held.alone = (rows[0] as ClaimRow)[7];
    this.#parts.done(summary, stale.size, entries.jobs, entries.left(claims));
    entries.resolve();
    for (const [index, request] of settles.entries()) request.resolve(answers[index] as Settled);
    claim?.resolve(claims);
  }
}
