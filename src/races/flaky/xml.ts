/**
 * A strict reader of the XML that test reports use: elements, attributes, text, CDATA, comments, and
 * the predefined and numeric entities. A DOCTYPE is refused, since it can define entities that grow
 * without bound. Control characters in texts are let through: programs print colours, and reporters
 * copy them.
 */
import assert from "node:assert/strict";
import { InputError } from "../../lib/errors.ts";

/** An element with what is in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in the element, CDATA included. */
  readonly text: string;
}

/** Real reports nest a handful of levels. */
const DEEPEST = 200;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  quot: '"',
};

const LARGEST_CODE_POINT = 0x10ffff;

/** The root element of a whole document. `source` names it in the `InputError` that a malformed one throws. */
export function parseXml(text: string, source: string): XmlElement {
  return new Reader(text, source).document();
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

class Reader {
  readonly #text: string;
  readonly #source: string;
  #at = 0;

  constructor(text: string, source: string) {
    this.#text = text.startsWith("\uFEFF") ? text.slice(1) : text;
    this.#source = source;
  }

  document(): XmlElement {
    this.#skipMisc();
    if (this.#at === this.#text.length) throw this.#malformed("there is no element");
    const root = this.#element();
    this.#skipMisc();
    if (this.#at < this.#text.length) throw this.#malformed("text after the root element");
    return root;
  }

  /** White space, comments, and processing instructions such as the declaration. */
  #skipMisc(): void {
    for (;;) {
      this.#skipSpace();
      if (this.#looksAt("<!--")) this.#skipPast("-->", "a comment");
      else if (this.#looksAt("<?")) this.#skipPast("?>", "a processing instruction");
      else return;
    }
  }

  /** The element that starts here, without recursion: depth is bounded by a number, not by the stack. */
  #element(): XmlElement {
    const open: OpenElement[] = [];
    let closed = this.#open(open);
    while (open.length > 0) {
      const parent = open.at(-1) ?? assert.fail("one is open");
      if (closed !== null) parent.children.push(closed);
      this.#content(parent);
      closed = this.#looksAt("</") ? this.#close(open) : this.#open(open);
    }
    return closed ?? assert.fail("the root was closed last");
  }

  /** Reads a start tag. Returns an element that is empty, or null after adding it to those that are open. */
  #open(open: OpenElement[]): XmlElement | null {
    const { element, empty } = this.#startTag();
    if (empty) return element;
    if (open.length === DEEPEST) throw this.#malformed(`more than ${DEEPEST} levels`);
    open.push(element);
    return null;
  }

  #close(open: OpenElement[]): XmlElement {
    const element = open.pop() ?? assert.fail("only an open element has an end tag to come");
    this.#endTag(element.name);
    return element;
  }

  /** Text, CDATA and comments up to the next tag. */
  #content(parent: OpenElement): void {
    for (;;) {
      const next = this.#text.indexOf("<", this.#at);
      if (next < 0) throw this.#malformed(`<${parent.name}> is not closed: the file was cut off`);
      parent.text += this.#decoded(this.#text.slice(this.#at, next));
      this.#at = next;
      if (this.#looksAt("<![CDATA[")) {
        const start = this.#at + "<![CDATA[".length;
        this.#skipPast("]]>", "a CDATA section");
        parent.text += this.#text.slice(start, this.#at - "]]>".length);
      } else if (this.#looksAt("<!--")) this.#skipPast("-->", "a comment");
      else if (this.#looksAt("<?")) this.#skipPast("?>", "a processing instruction");
      else return;
    }
  }

  #startTag(): { element: OpenElement; empty: boolean } {
    if (this.#looksAt("<!")) throw this.#malformed("a DOCTYPE, which no test report needs");
    this.#expect("<");
    const name = this.#name();
    const attributes: Record<string, string> = {};
    for (;;) {
      const spaced = this.#skipSpace();
      const empty = this.#looksAt("/>");
      if (empty || this.#looksAt(">")) {
        this.#at += empty ? 2 : 1;
        return { element: { name, attributes, children: [], text: "" }, empty };
      }
      if (this.#at === this.#text.length) {
        throw this.#malformed(`<${name}> does not end: the file was cut off`);
      }
      if (!spaced) throw this.#malformed(`<${name}> has something that is no attribute`);
      const attribute = this.#name();
      if (Object.hasOwn(attributes, attribute)) throw this.#malformed(`two of ${attribute}`);
      // A plain assignment would lose an attribute named __proto__.
      Object.defineProperty(attributes, attribute, {
        value: this.#attributeValue(),
        enumerable: true,
      });
    }
  }

  #attributeValue(): string {
    this.#skipSpace();
    this.#expect("=");
    this.#skipSpace();
    const quote = this.#text.charAt(this.#at);
    if (quote !== '"' && quote !== "'") throw this.#malformed("an attribute without quotes");
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end < 0) throw this.#malformed("an attribute that does not end: the file was cut off");
    const raw = this.#text.slice(this.#at + 1, end);
    if (raw.includes("<")) throw this.#malformed("a < in an attribute");
    const value = this.#decoded(raw);
    this.#at = end + 1;
    return value;
  }

  #endTag(name: string): void {
    this.#expect("</");
    const closed = this.#name();
    if (closed !== name) throw this.#malformed(`</${closed}> where </${name}> belongs`);
    this.#skipSpace();
    this.#expect(">");
  }

  #name(): string {
    const start = this.#at;
    while (
      this.#at < this.#text.length &&
      !" \t\r\n/>=<'\"&".includes(this.#text.charAt(this.#at))
    ) {
      this.#at += 1;
    }
    if (this.#at === start) throw this.#malformed("a name is missing");
    return this.#text.slice(start, this.#at);
  }

  #decoded(raw: string): string {
    const [plain = "", ...rest] = raw.split("&");
    let decoded = plain;
    for (const part of rest) {
      const end = part.indexOf(";");
      if (end < 0) throw this.#malformed("an & that begins no entity");
      decoded += this.#entity(part.slice(0, end)) + part.slice(end + 1);
    }
    return decoded;
  }

  #entity(name: string): string {
    const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (known !== undefined) return known;
    const hex = /^#x([0-9a-fA-F]{1,6})$/.exec(name)?.[1];
    const decimal = /^#([0-9]{1,7})$/.exec(name)?.[1];
    const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
    if (!(code <= LARGEST_CODE_POINT)) throw this.#malformed(`&${name}; is no known entity`);
    return String.fromCodePoint(code);
  }

  #skipSpace(): boolean {
    const start = this.#at;
    while (this.#at < this.#text.length && " \t\r\n".includes(this.#text.charAt(this.#at))) {
      this.#at += 1;
    }
    return this.#at > start;
  }

  #skipPast(end: string, what: string): void {
    const found = this.#text.indexOf(end, this.#at);
    if (found < 0) throw this.#malformed(`${what} that does not end: the file was cut off`);
    this.#at = found + end.length;
  }

  #expect(token: string): void {
    if (!this.#looksAt(token)) throw this.#malformed(`${token} is missing`);
    this.#at += token.length;
  }

  #looksAt(token: string): boolean {
    return this.#text.startsWith(token, this.#at);
  }

  #malformed(what: string): InputError {
    const before = this.#text.slice(0, this.#at);
    const line = before.split("\n").length;
    const column = this.#at - before.lastIndexOf("\n");
    return new InputError(
      `${this.#source}:${line}:${column}: not well-formed XML (${what}). Let the test runner write the report again.`,
    );
  }
}
