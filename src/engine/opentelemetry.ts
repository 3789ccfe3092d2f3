/** OpenTelemetry's API, loaded by `require`: it is CommonJS, and `import` would first scan its text for names. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The values that the engine uses; its types are imported from the package. */
export const { context, metrics, SpanKind, SpanStatusCode, trace } =
  require("@opentelemetry/api") as typeof import("@opentelemetry/api");
