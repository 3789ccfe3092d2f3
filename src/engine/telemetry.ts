/** OpenTelemetry: metrics from the events, and a span around each handler. Through the API alone; the SDK is the user's. */
import type { Attributes, MeterProvider, Span, TracerProvider } from "@opentelemetry/api";
import { messageOf } from "../lib/errors.ts";
import type { JobEvent } from "../store/events.ts";
import type { Counters } from "../store/store.ts";
import type { JobContext } from "./context.ts";
import type { Events } from "./events.ts";
import {
  context as activeContext,
  metrics,
  SpanKind,
  SpanStatusCode,
  trace,
} from "./opentelemetry.ts";

/** Where metrics and spans go; what is absent goes to the global provider. */
export interface TelemetryOptions {
  readonly meterProvider?: MeterProvider;
  readonly tracerProvider?: TracerProvider;
}

/** Runs a handler under a span. */
export type Instrument = <T>(context: JobContext, run: () => T) => T;

const SCOPE = "quackmark";
const ENDED: ReadonlySet<string> = new Set(["done", "failed", "delayed", "released", "cancelled"]);

/** Reports what the queue does. Returns the wrapper for handlers. */
export function startTelemetry(
  { meterProvider, tracerProvider }: TelemetryOptions,
  events: Events,
  counters: () => Counters,
): Instrument {
  measure(meterProvider ?? metrics.getMeterProvider(), events, counters);
  const tracer = (tracerProvider ?? trace.getTracerProvider()).getTracer(SCOPE);
  return (job, run) => {
    const attributes: Attributes = {
      "messaging.system": SCOPE,
      "messaging.operation.type": "process",
      "messaging.message.id": String(job.jobId),
      "quackmark.task": job.task,
      "quackmark.run_id": job.runId,
      "quackmark.attempt": job.attempt,
    };
    const span = tracer.startSpan(`process ${job.task}`, { kind: SpanKind.CONSUMER, attributes });
    return activeContext.with(trace.setSpan(activeContext.active(), span), () =>
      spanned(span, run),
    );
  };
}

/** Ends the span with what `run` returns, throws or comes to. */
function spanned<T>(span: Span, run: () => T): T {
  try {
    const value = run();
    if (value instanceof Promise) {
      value.then(
        () => span.end(),
        (error: unknown) => fail(span, error),
      );
    } else span.end();
    return value;
  } catch (error) {
    fail(span, error);
    throw error;
  }
}

function fail(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
  span.end();
}

function measure(provider: MeterProvider, events: Events, counters: () => Counters): void {
  const meter = provider.getMeter(SCOPE);
  const enqueued = meter.createCounter("quackmark.jobs.enqueued", { unit: "{job}" });
  const ended = meter.createCounter("quackmark.attempts.ended", { unit: "{attempt}" });
  const wait = meter.createHistogram("quackmark.job.wait", {
    unit: "s",
    description: "from ready to claimed",
  });
  const duration = meter.createHistogram("quackmark.attempt.duration", { unit: "s" });
  const jobs = meter.createObservableGauge("quackmark.jobs", { unit: "{job}" });
  jobs.addCallback((result) => {
    const { ready, delayed, claimed } = counters();
    for (const [state, count] of Object.entries({ ready, delayed, claimed }))
      result.observe(count, { state });
  });
  events.on("job", (event: JobEvent) => {
    const { type, queue, task, tookMs, cause } = event;
    if (type === "enqueued") enqueued.add(1, { queue, task });
    if (type === "claimed" && tookMs !== null) wait.record(tookMs / 1000, { queue, task });
    // Without an attempt, a cancel ends none.
    if (!ENDED.has(type) || (type === "cancelled" && tookMs === null)) return;
    ended.add(1, { queue, task, outcome: type, cause });
    if (tookMs !== null) duration.record(tookMs / 1000, { queue, task, outcome: type });
  });
}
