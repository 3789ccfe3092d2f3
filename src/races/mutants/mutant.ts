/**
 * Faults to put into a copy of the engine, so that the checks can show that they find them. Each is a patch
 * of a line or two in `test/mutants/`: its id and title, the anomalies that it may show first, and for each
 * place the text that goes (`-`) and what comes (`+`).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../lib/errors.ts";

/** One place of a patch. */
export interface Edit {
  /** From the checkout's root. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** See the file's head. */
export interface Mutant {
  /** `M…` for a fault; `P…` for one of the PostgreSQL store; `B…` for a change that breaks no promise. */
  readonly id: string;
  readonly title: string;
  /** Anomalies that may be told first, the likeliest first; empty for a benign one. */
  readonly expects: readonly string[];
  readonly edits: readonly Edit[];
}

/** All mutants of a folder, by id. */
export function readMutants(folder: string): Mutant[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".patch"));
  return files.sort().map((name) => parseMutant(readFileSync(join(folder, name), "utf8"), name));
}

/** Whether it is hunted on a server. */
export function isOnServer({ id }: Mutant): boolean {
  return id.startsWith("P");
}

/** @throws InputError that names the file and what is wrong */
export function parseMutant(text: string, name: string): Mutant {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const [id = "", ...title] = head.split(" ");
  const expects: string[] = [];
  const edits: { file: string; from: string[]; to: string[] }[] = [];
  for (const line of lines) {
    const edit = edits[edits.length - 1];
    if (line.startsWith("expect ")) expects.push(...line.slice(7).split(" "));
    else if (line.startsWith("at ")) edits.push({ file: line.slice(3), from: [], to: [] });
    else if (line.startsWith("-") && edit !== undefined) edit.from.push(line.slice(1));
    else if (line.startsWith("+") && edit !== undefined) edit.to.push(line.slice(1));
    else throw new InputError(`${name}: ${JSON.stringify(line)} is no line of a mutant`);
  }
  if (!/^[MPB]\d{2}$/.test(id) || edits.length === 0)
    throw new InputError(`${name}: a mutant opens with its id and title, and has an edit`);
  return {
    id,
    title: title.join(" "),
    expects,
    edits: edits.map(({ file, from, to }) => ({ file, from: from.join("\n"), to: to.join("\n") })),
  };
}

/** Applies an edit to the text of its file; null where the text that goes is not there exactly once. */
export function applyEdit(source: string, { from, to }: Edit): string | null {
  const lines = from.split("\n").map((line) => escaped(line.trim()));
  const pattern = new RegExp(lines.join("\\s*\\n\\s*"), "g");
  const found = [...source.matchAll(pattern)];
  const [only] = found;
  if (only === undefined || found.length > 1) return null;
  return source.slice(0, only.index) + to + source.slice(only.index + only[0].length);
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
