/** Numbers inside findings, in English whatever the machine's language. */

const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const measures = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const shares = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 });

/** Every digit of a whole number: `123456` → `123,456`. */
export function countText(value: number): string {
  return counts.format(value);
}

/** Three significant digits: `812345` → `812,000`. */
export function measureText(value: number): string {
  return measures.format(value);
}

/** A share in percent, two significant digits: `0.0213` → `2.1 %`. */
export function percentText(share: number): string {
  return `${shares.format(share * 100)} %`;
}

/** How many times: `1.034` → `1.03x`, `42.3` → `42x`. */
export function timesText(ratio: number): string {
  return `${ratio < 1.995 ? ratio.toFixed(2) : shares.format(ratio)}x`;
}

/** `1 trial`, `12 trials`. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
