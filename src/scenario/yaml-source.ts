/** A YAML text as plain data that remembers where each field stands. */
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { InputError } from "../lib/errors.ts";

/** Aliases may repeat a part of the file this often; without a limit nine lines can grow to gigabytes. */
const MAX_ALIASES = 100;

/** See {@link parseYaml}. */
export interface YamlSource {
  readonly data: unknown;
  /** The line, from 1, of the field at `path`; of its nearest ancestor when there is no such field. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** Parses YAML 1.2. An InputError names `file`, the line and the column of the first syntax error or repeated key. */
export function parseYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new InputError(`${file}:${line}:${col}: not valid YAML: ${fault.message}.`, {
      cause: fault,
    });
  }
  return {
    data: toData(document, file),
    lineOf: (path) => lines.linePos(offsetOf(document.contents, path)).line,
  };
}

function toData(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw new InputError(`${file}: uses more than ${MAX_ALIASES} aliases. Write the values out.`, {
      cause: error,
    });
  }
}

/** The offset of the key (in a map) or the item (in a list) that ends `path`. */
function offsetOf(root: unknown, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = startOf(root) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(step),
      );
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else {
      node = isCollectionLike(node) ? node.get(step, true) : undefined;
      offset = startOf(node) ?? offset;
    }
  }
  return offset;
}

function isCollectionLike(node: unknown): node is { get(key: unknown, keepScalar: true): unknown } {
  return typeof node === "object" && node !== null && "get" in node;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node)) return undefined;
  return Array.isArray(node.range) ? Number(node.range[0]) : undefined;
}
