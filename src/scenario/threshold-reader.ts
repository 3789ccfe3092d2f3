/** Reads the pieces of a threshold from left to right, and points at the character that does not fit. */
import { InputError } from "../lib/errors.ts";
import { didYouMean } from "./suggest.ts";

/** How a figure and a limit, or a parameter and a value, have to compare. */
export type Comparison = "=" | "!=" | Operator;
/** How a figure has to compare with its limit. */
export type Operator = "<" | "<=" | ">" | ">=";

/** Longer texts are no thresholds. */
const MAX_CHARS = 500;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/i;
const PERCENTILE = /^p\(\s*(\d+(?:\.\d+)?)\s*\)/;
/** Values of conditions that count in thousands, millions or billions. */
const MULTIPLES: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };

/** A threshold that cannot be read; the message shows the text with a caret under the character. */
export class ThresholdError extends InputError {
  /** What is wrong, without the picture. */
  readonly problem: string;
  /** The character, counted from 0. */
  readonly at: number;
  /** The text and, in the line below, the caret; each line is indented. */
  readonly picture: string;

  constructor(text: string, at: number, problem: string) {
    // Tabs and the like would move the caret.
    const line = text.replaceAll(/[^\S ]/g, " ");
    const picture = `  ${line}\n  ${" ".repeat(at)}^`;
    super(`threshold: ${problem}\n${picture}`);
    this.problem = problem;
    this.at = at;
    this.picture = picture;
  }
}

/** See the file's head. */
export class ThresholdReader {
  readonly text: string;
  #at = 0;

  constructor(text: string) {
    this.text = text;
    if (text.length > MAX_CHARS) {
      throw new ThresholdError(text.slice(0, MAX_CHARS), 0, `longer than ${MAX_CHARS} characters.`);
    }
    this.#skipSpace();
  }

  /** Where the next piece begins. */
  get position(): number {
    return this.#at;
  }

  /** Takes a sign if it is next. */
  skip(sign: string): boolean {
    if (!this.text.startsWith(sign, this.#at)) return false;
    this.#advance(sign.length);
    return true;
  }

  expect(sign: string, what: string): void {
    if (!this.skip(sign)) throw this.error(`needs ${what} here.`);
  }

  /** A name; one of `known` where these are given. */
  word(what: string, known?: readonly string[]): string {
    const word = this.#match(/^[A-Za-z][A-Za-z0-9]*/);
    if (word === "") throw this.error(`needs ${what} here.`);
    if (known !== undefined && !known.includes(word)) {
      throw this.error(
        `unknown parameter "${word}"${didYouMean(word, known)} Known are ${known.join(", ")}.`,
      );
    }
    this.#advance(word.length);
    return word;
  }

  /** `p(99)`, or null when something else is next. */
  percentile(): number | null {
    const [whole = "", digits = ""] = PERCENTILE.exec(this.#rest()) ?? [];
    if (whole === "") {
      if (!/^p\(/.test(this.#rest())) return null;
      throw this.error("a percentile is written p(99) or p(99.9), from 0 to 100.");
    }
    if (Number(digits) > 100) throw this.error("a percentile is at most 100.");
    this.#advance(whole.length);
    return Number(digits);
  }

  operator(): Operator {
    const sign = this.#match(/^[<>]=?/);
    switch (sign) {
      case "<":
      case "<=":
      case ">":
      case ">=":
        this.#advance(sign.length);
        return sign;
      default:
        throw this.error("needs one of < <= > >= here.");
    }
  }

  comparison(): Comparison {
    if (this.skip("!=")) return "!=";
    if (this.skip("=")) return "=";
    if (!/^[<>]/.test(this.#rest())) throw this.error("needs one of = != < <= > >= here.");
    return this.operator();
  }

  /** A number with k, M or G, or a name, up to the next comma or bracket. */
  value(): number | string {
    const text = this.#match(/^[^\],]*/).trim();
    if (text === "") throw this.error("needs a value here.");
    const number = NUMBER.exec(text)?.[0] ?? "";
    const multiple = MULTIPLES[text.slice(number.length)];
    this.#advance(text.length);
    return number === "" || multiple === undefined ? text : Number(number) * multiple;
  }

  number(): number {
    const text = this.#match(NUMBER);
    if (text === "") throw this.error("needs a number here.");
    // A unit may follow at once, or after spaces.
    this.#advance(text.length);
    return Number(text);
  }

  /** The unit behind a number; empty where there is none. */
  unit(): string {
    const unit = this.#match(/^[^\s[\]<>=]+/);
    this.#advance(unit.length);
    return unit;
  }

  end(): void {
    if (this.#at < this.text.length) throw this.error("nothing may follow the amount.");
  }

  /** An error at the next piece, or at `at`. */
  error(problem: string, at: number = this.#at): ThresholdError {
    return new ThresholdError(this.text, at, problem);
  }

  #match(pattern: RegExp): string {
    return pattern.exec(this.#rest())?.[0] ?? "";
  }

  #rest(): string {
    return this.text.slice(this.#at);
  }

  #advance(chars: number): void {
    this.#at += chars;
    this.#skipSpace();
  }

  #skipSpace(): void {
    while (/\s/.test(this.text.charAt(this.#at))) this.#at++;
  }
}
