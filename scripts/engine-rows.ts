/** The promises of the engine: for each row the snippet of its example and the tests that carry its name. */
import { readdirSync, readFileSync } from "node:fs";

/** The rows of docs/ENGINE.md, in its order. */
export const ENGINE_ROWS: readonly string[] = [
  ...rows("Q", 15),
  ...rows("G", 7),
  ...rows("W", 4),
  ...rows("S", 3),
  "K1",
];

const ROOT = new URL("../", import.meta.url);

function rows(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
}

/** What docs/ENGINE.md shows of a row. @throws Error for a row without an example or without a test */
export function engineRow(row: string): string {
  const { program, snippet } = exampleOf(row);
  const files = [...testTitles()].flatMap(([file, titles]) => {
    const count = titles.filter((title) => title.startsWith(`${row}: `)).length;
    return count === 0 ? [] : [`[${file.replace(/^test\//, "")}](../${file}) (${count})`];
  });
  if (files.length === 0) throw new Error(`no test is named after ${row}`);
  const code = ["```ts", snippet, "```"].join("\n");
  return `${code}\n\nFrom [${program}](../examples/${program}). Tests: ${files.join(", ")}.`;
}

function exampleOf(row: string): { readonly program: string; readonly snippet: string } {
  const folder = new URL("examples/", ROOT);
  for (const program of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
    const lines = readFileSync(new URL(program, folder), "utf8").split("\n");
    const start = lines.indexOf(`// #region ${row}`);
    if (start < 0) continue;
    return { program, snippet: regionText(lines.slice(start + 1)) };
  }
  throw new Error(`no example has a region ${row}`);
}

/** Up to the end of the region; marks of other regions are left out. */
function regionText(lines: readonly string[]): string {
  let depth = 1;
  const text: string[] = [];
  for (const line of lines) {
    if (line.startsWith("// #region ")) depth++;
    else if (line === "// #endregion") {
      depth--;
      if (depth === 0) break;
    } else text.push(line);
  }
  return text.join("\n").trim();
}

/** The names of all tests by file, as the sources have them. */
export function testTitles(): ReadonlyMap<string, readonly string[]> {
  const titles = new Map<string, readonly string[]>();
  for (const path of readdirSync(new URL("test/", ROOT), { recursive: true })) {
    const file = `test/${String(path).replaceAll("\\", "/")}`;
    if (!file.endsWith(".test.ts")) continue;
    const text = readFileSync(new URL(file, ROOT), "utf8");
    const found = text.matchAll(/(?:\b(?:it|test)|\))\(\s*"((?:[^"\\]|\\.)+)",/g);
    titles.set(
      file,
      [...found].map(([, title]) => String(title)),
    );
  }
  return titles;
}
