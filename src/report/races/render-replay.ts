/** One replayed run as text: the schedule, and what it shows. */
import { printable } from "../printable.ts";

/** What a replay showed. */
export interface ReplayView {
  readonly scenario: string;
  readonly findings: readonly {
    readonly id: string;
    readonly message: string;
    readonly timeline: readonly string[];
  }[];
  /** The case in words, a line for each worker, call and fault. */
  readonly case: readonly string[];
  readonly preemptions: readonly string[];
}

/** Text that ends with the command that shows it again. */
export function renderReplay(
  { scenario, findings, case: caseLines, preemptions }: ReplayView,
  line: string,
): string {
  const schedule = preemptions.length === 0 ? ["nobody goes out of turn"] : preemptions;
  const proofs = findings.flatMap(({ id, message, timeline }) => [
    `${id}  ${printable(message)}`,
    ...timeline.map((text) => `  ${printable(text)}`),
  ]);
  return [
    `races  replay of a case of ${printable(scenario)}`,
    ...caseLines.map((text) => `  ${printable(text)}`),
    ...schedule.map((text) => `  ${printable(text)}`),
    ...(proofs.length === 0 ? ["clean: this line breaks no promise of this build"] : proofs),
    `bench races --replay ${line.trim()}`,
    "",
  ].join("\n");
}
