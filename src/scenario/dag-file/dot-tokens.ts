/** The tokens of the DOT language, one at a time. */
import { InputError } from "../../lib/errors.ts";
import { positionText } from "./text-position.ts";

/** One token. `quoted` ids are never keywords. */
export interface DotToken {
  readonly kind: "id" | "punctuation" | "end";
  readonly text: string;
  readonly quoted: boolean;
  /** Where it begins in the text. */
  readonly offset: number;
}

const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#[^\n]*)+/my;
const NAME = /[\p{L}\p{M}_\u0080-\u00ff][\p{L}\p{M}\p{N}_\u0080-\u00ff]*/uy;
const NUMERAL = /-?(?:\.\d+|\d+(?:\.\d*)?)/y;
const QUOTED = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const HEAD = /(?:strict\s+)?(?:di)?graph\b[^{\n]*\s*\{/iy;
const PUNCTUATION = /->|--|[{}[\]=;,:+]/y;

/** Whether a text begins, after blanks and comments, as a DOT graph does. */
export function looksLikeDot(text: string): boolean {
  SPACE.lastIndex = 0;
  HEAD.lastIndex = SPACE.exec(text)?.[0].length ?? 0;
  return HEAD.test(text);
}

/** Walks over a DOT text. Every error is an InputError with file, line and column. */
export class DotTokens {
  readonly #text: string;
  readonly #file: string;
  #offset = 0;
  #current: DotToken;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
    this.#current = this.#read();
  }

  /** The token at the cursor. */
  get current(): DotToken {
    return this.#current;
  }

  /** Returns the token at the cursor and moves on. */
  take(): DotToken {
    const token = this.#current;
    this.#current = this.#read();
    return token;
  }

  /** Moves on and says true if the cursor is at that punctuation. */
  skip(punctuation: string): boolean {
    const found = this.#current.kind === "punctuation" && this.#current.text === punctuation;
    if (found) this.take();
    return found;
  }

  /** Whether the cursor is at that keyword, in any case; a quoted word is none. */
  isKeyword(word: string): boolean {
    const { kind, quoted, text } = this.#current;
    return kind === "id" && !quoted && text.toLowerCase() === word;
  }

  /** Moves on and says true if the cursor is at that keyword. */
  skipKeyword(word: string): boolean {
    const found = this.isKeyword(word);
    if (found) this.take();
    return found;
  }

  /** An error at the cursor that says what was `expected` there. */
  unexpected(expected: string): InputError {
    const { kind, text, offset } = this.#current;
    if (kind === "end") {
      return this.#error(
        offset,
        `the graph ends in the middle (${expected} expected): the file is truncated. Write it again`,
      );
    }
    return this.#error(offset, `${expected} expected, not ${JSON.stringify(text.slice(0, 40))}`);
  }

  /** An error at a token. */
  errorAt(token: DotToken, problem: string): InputError {
    return this.#error(token.offset, problem);
  }

  #error(offset: number, problem: string): InputError {
    return new InputError(`${this.#file}:${positionText(this.#text, offset)}: ${problem}.`);
  }

  #read(): DotToken {
    this.#match(SPACE);
    const offset = this.#offset;
    if (offset === this.#text.length) return { kind: "end", text: "", quoted: false, offset };
    const quoted = this.#match(QUOTED);
    if (quoted !== undefined) {
      return { kind: "id", text: unquote(quoted), quoted: true, offset };
    }
    if (this.#text[offset] === "<") {
      return { kind: "id", text: this.#markup(offset), quoted: true, offset };
    }
    const word = this.#match(NAME) ?? this.#match(NUMERAL);
    if (word !== undefined) return { kind: "id", text: word, quoted: false, offset };
    const punctuation = this.#match(PUNCTUATION);
    if (punctuation !== undefined) {
      return { kind: "punctuation", text: punctuation, quoted: false, offset };
    }
    const rest =
      this.#text[offset] === '"' ? "an unfinished string begins here" : "DOT has no such sign";
    throw this.#error(offset, `${rest}: ${JSON.stringify(this.#text.slice(offset, offset + 20))}`);
  }

  /** HTML-like text: angle brackets balance, and nothing in it has a meaning here. */
  #markup(start: number): string {
    const bracket = /[<>]/g;
    bracket.lastIndex = start;
    let depth = 0;
    for (let match = bracket.exec(this.#text); match !== null; match = bracket.exec(this.#text)) {
      depth += match[0] === "<" ? 1 : -1;
      if (depth > 0) continue;
      this.#offset = bracket.lastIndex;
      return this.#text.slice(start, bracket.lastIndex);
    }
    throw this.#error(start, "this < has no matching >");
  }

  /** Matches a sticky pattern at the offset, and moves behind it. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const text = pattern.exec(this.#text)?.[0];
    if (text !== undefined) this.#offset += text.length;
    return text;
  }
}

/** DOT knows two escapes in a string: a quote, and a line break that joins lines. */
function unquote(token: string): string {
  return token
    .slice(1, -1)
    .replaceAll(/\\(\r?\n|")/g, (_, escaped: string) => (escaped === '"' ? '"' : ""));
}
