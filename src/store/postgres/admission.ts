/** How jobs enter through the lane: each call in a transaction of its own, or with others in that of a turn (entries.ts). */
import type { Client } from "pg";
import type { UniquePolicy } from "../../model/job-options.ts";
import type { EnqueueReceipt, SqlClient, Submission, Token } from "../store.ts";
import type { StoreOptions } from "../store-options.ts";
import { Backpressure } from "./backpressure.ts";
import { jobColumns, keyColumns } from "./columns.ts";
import { translated } from "./connection.ts";
import type { Operation } from "./lane.ts";
import { inSchema } from "./names.ts";
import type { Session } from "./session.ts";
import type { Changed } from "./waiting.ts";

const COLUMN_COUNT = 18;

/** What an enqueue did. */
export interface Enqueued extends Changed {
  readonly receipt: EnqueueReceipt;
}

/** What came to a run. */
export interface Added extends Changed {
  /** The first id, or that of the run; 0 for a token that is not current. */
  readonly first: number;
}

/** `$from, …` for all of a submission's columns, the time and the waits between tries. */
function placeholders(from: number): string {
  const list = Array.from({ length: COLUMN_COUNT }, (_, index) => `$${from + index}`);
  list[COLUMN_COUNT - 3] = `to_timestamp(${list[COLUMN_COUNT - 3]}::float8 / 1000)`;
  return list.join(", ");
}

/** See the file's head. */
export class Admission {
  readonly #session: Session;
  readonly #options: StoreOptions;
  readonly #enqueueSql: string;
  readonly room: Backpressure;
  #ticket = 0;

  constructor(session: Session, options: StoreOptions) {
    this.#session = session;
    this.#options = options;
    this.room = new Backpressure(session, options.config, options.clock);
    this.#enqueueSql = inSchema(
      session.schema,
      `SELECT * FROM {s}.enqueue(${placeholders(1)}, $19, $20, $21, $22, $23, $24, $25)`,
    );
  }

  /** Jobs without a run. @throws QuackmarkError (BACKPRESSURE, DUPLICATE_JOB), InputError for an unknown parent */
  enqueue(submission: Submission, unique: UniquePolicy, nowMs: number): Promise<Enqueued> {
    const { instanceId } = this.#session;
    const ticket = this.newTicket();
    const values = this.#enqueueValues(submission, unique, nowMs, instanceId, ticket);
    return this.#session.lane.run({
      send: async (client) => {
        await this.room.assert(client, submission.nodeCount);
        const { rows } = await client.query({ name: "enqueue", text: this.#enqueueSql, values });
        this.#noteDue(submission);
        return enqueued(submission, rows[0]);
      },
      find: async (client) => {
        const first = await this.findTicket(client, ticket);
        if (first === null) return null;
        return {
          receipt: receiptOf(submission.nodeCount, first, [], []),
          ready: submission.nodeCount,
          delayed: 0,
          closed: [],
        };
      },
    });
  }

  /** The same in the caller's transaction: others see the jobs, and hear of them, when it is committed. */
  async enqueueWithin(
    within: SqlClient,
    submission: Submission,
    unique: UniquePolicy,
    nowMs: number,
  ): Promise<EnqueueReceipt> {
    const values = this.#enqueueValues(submission, unique, nowMs, null, null);
    try {
      await this.room.assert(within, submission.nodeCount);
      const { rows } = await within.query(this.#enqueueSql, values);
      return enqueued(submission, rows[0] as Row).receipt;
    } catch (error) {
      throw translated(error);
    }
  }

  #enqueueValues(
    submission: Submission,
    unique: UniquePolicy,
    nowMs: number,
    instanceId: number | null,
    ticket: number | null,
  ): unknown[] {
    const { channel, offsetMs } = this.#session;
    const columns = this.#columns(submission, nowMs + offsetMs);
    return [...columns, ...keyColumns(submission), unique, instanceId, ticket, channel];
  }

  /** Nodes for the run of a claimed job. */
  addNodes({ jobId, attempt }: Token, submission: Submission, nowMs: number): Promise<Added> {
    const { instanceId, channel, offsetMs } = this.#session;
    const ticket = this.newTicket();
    const values = [
      jobId,
      attempt,
      ...this.#columns(submission, nowMs + offsetMs),
      instanceId,
      ticket,
      channel,
    ];
    const text = `SELECT * FROM {s}.add_nodes($1, $2, ${placeholders(3)}, $21, $22, $23)`;
    return this.#session.lane.run({
      ...this.#add(text, values),
      find: async (client) => {
        const first = await this.findTicket(client, ticket);
        return first === null
          ? null
          : { first, ready: submission.nodeCount, delayed: 0, closed: [] };
      },
    });
  }

  /** A run that a claimed job waits for. */
  expand({ jobId, attempt }: Token, submission: Submission, nowMs: number): Promise<Added> {
    const { schema, channel, offsetMs } = this.#session;
    const { subRunMaxDepth } = this.#options.config;
    const edges = submission.children.length + submission.outside.children.length;
    const values = [
      jobId,
      attempt,
      subRunMaxDepth,
      submission.runName,
      edges,
      ...this.#columns(submission, nowMs + offsetMs),
      channel,
    ];
    const text = `SELECT * FROM {s}.expand($1, $2, $3, $4, $5, ${placeholders(6)}, $24)`;
    return this.#session.lane.run({
      ...this.#add(text, values),
      find: async (client) => {
        const found =
          "SELECT id FROM {s}.dag_runs WHERE parent_job_id = $1 AND parent_attempt = $2";
        const { rows } = await client.query(inSchema(schema, found), [jobId, attempt]);
        return rows[0] === undefined
          ? null
          : { first: rows[0].id as number, ready: submission.nodeCount, delayed: 0, closed: [] };
      },
    });
  }

  /** The job of a schedule's slot; 0 where the slot has fired before. */
  fire(name: string, slotMs: number, job: Submission, nowMs: number): Promise<Added> {
    const { channel, offsetMs } = this.#session;
    const columns = this.#columns(job, nowMs + offsetMs);
    const values = [name, slotMs, ...columns, ...keyColumns(job), channel];
    const text = `SELECT * FROM {s}.fire($1, $2, ${placeholders(3)}, $21, $22, $23, $24)`;
    return this.#session.lane.run(this.#add(text, values));
  }

  #add(text: string, values: unknown[]): Operation<Added> {
    const sql = inSchema(this.#session.schema, text);
    return {
      async send(client) {
        const { rows } = await client.query(sql, values);
        const { first, ready, delayed, closed } = rows[0];
        return { first, ready, delayed, closed: closed.map(Number) };
      },
    };
  }

  #columns(submission: Submission, nowMs: number): unknown[] {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options.config;
    return [...jobColumns(submission), nowMs, retryBackoffMs, retryBackoffMaxMs];
  }

  /** A number for an enqueue of this instance, by which it is found after a lost connection. */
  newTicket(): number {
    return ++this.#ticket;
  }

  /** The parameters of jobs that enter in a turn, behind those of the turn. */
  sharedValues(submission: Submission, ticket: number): unknown[] {
    return [...jobColumns(submission), this.#session.instanceId, ticket];
  }

  /** The first id of the enqueue that this instance committed last, if it was this one. */
  async findTicket(client: Client, ticket: number): Promise<number | null> {
    const { schema, instanceId } = this.#session;
    const text = inSchema(
      schema,
      "SELECT first_job_id AS first FROM {s}.instances WHERE id = $1 AND ticket = $2",
    );
    const { rows } = await client.query(text, [instanceId, ticket]);
    return rows[0] === undefined ? null : (rows[0].first as number);
  }

  #noteDue({ runAtMs }: Submission): void {
    const { waiting, offsetMs } = this.#session;
    if (runAtMs === null) return;
    for (const dueMs of runAtMs)
      if (dueMs + offsetMs < waiting.dueMs) waiting.dueMs = dueMs + offsetMs;
  }
}

/** The answer of the function, whatever the types of the connection are. */
type Row = Record<"first" | "ready" | "delayed", unknown> &
  Record<"ignored" | "holders" | "closed", readonly unknown[]>;

function enqueued({ nodeCount }: Submission, row: Row): Enqueued {
  const { first, ignored, holders, ready, delayed, closed } = row;
  return {
    receipt: receiptOf(nodeCount, Number(first), ignored.map(Number), holders.map(Number)),
    ready: Number(ready),
    delayed: Number(delayed),
    closed: closed.map(Number),
  };
}

/** Ids in the order of the submission: ignored nodes have their key's holder. */
function receiptOf(
  nodes: number,
  first: number,
  ignored: readonly number[],
  holders: readonly number[],
): EnqueueReceipt {
  const holderOf = new Map(ignored.map((node, index) => [node, holders[index] as number]));
  let next = first;
  const jobIds = Array.from({ length: nodes }, (_, node) => holderOf.get(node + 1) ?? next++);
  return { jobIds, ignored: ignored.length };
}
