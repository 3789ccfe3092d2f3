/** A cell in one line of text. */
import type { ParameterValue } from "../results/result.ts";

/** `submit shape=random dagSize=1000 strategy=appender` */
export function cellName(cell: {
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}): string {
  const values = Object.entries(cell.parameters).map(([name, value]) => `${name}=${value}`);
  return [cell.scenario, ...values].join(" ");
}
