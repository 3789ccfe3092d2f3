/** Reads the values of flags that are numbers or durations. */
import { InputError } from "../lib/errors.ts";

const FACTOR_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest duration that a flag takes: a day. */
const MAX_DURATION_MS = 86_400_000;

/** A whole number in decimal digits. Throws an `InputError` that names flag, value and limits. */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InputError(
    `${flag} ${text}: not a whole number from ${min.toLocaleString("en")} to ${max.toLocaleString("en")}.`,
  );
}

/** A duration with its unit, such as `500ms`, `30s`, `1.5m` or `2h`, in milliseconds. Throws an `InputError`. */
export function durationMs(flag: string, text: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const value = Number(amount) * (FACTOR_MS[unit] ?? Number.NaN);
  if (value >= 1 && value <= MAX_DURATION_MS) return value;
  throw new InputError(
    `${flag} ${text}: not a duration from 1ms to 24h, such as 500ms, 30s or 2m.`,
  );
}
