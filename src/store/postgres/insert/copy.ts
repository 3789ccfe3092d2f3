/** COPY … FROM STDIN: the server reads the rows as a stream of lines. */
import { once } from "node:events";
import { from as copyFrom } from "pg-copy-streams";
import type { Cell, RowSource } from "./row-source.ts";
import { countStatement, type InsertStrategy, target } from "./strategy.ts";

/** Characters after which a piece is handed on. */
const PIECE_CHARACTERS = 262_144;

/** See the file's head. */
export const insertCopy: InsertStrategy = async (client, schema, source, _, work) => {
  if (source.length === 0) return;
  const text = `COPY ${target(schema, source)} FROM STDIN`;
  const stream = client.query(copyFrom(text));
  const ended = once(stream, "finish");
  ended.catch(() => undefined);
  for (const { piece, rows } of pieces(source)) {
    if (!stream.write(piece)) await Promise.race([once(stream, "drain"), ended]);
    work.onRows(rows);
  }
  stream.end();
  await ended;
  countStatement(work, text, 0);
};

function* pieces({ columns, length }: RowSource): Iterable<{ piece: string; rows: number }> {
  let piece = "";
  let from = 0;
  for (let row = 0; row < length; row++) {
    let separator = "";
    for (const { at } of columns) {
      piece += separator + field(at(row));
      separator = "\t";
    }
    piece += "\n";
    if (piece.length < PIECE_CHARACTERS) continue;
    yield { piece, rows: row + 1 - from };
    piece = "";
    from = row + 1;
  }
  if (piece !== "") yield { piece, rows: length - from };
}

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function field(cell: Cell): string {
  if (cell === null) return "\\N";
  if (typeof cell !== "string") return String(cell);
  return SPECIAL.test(cell)
    ? cell.replace(/[\\\n\r\t]/g, (found) => ESCAPES[found] as string)
    : cell;
}
