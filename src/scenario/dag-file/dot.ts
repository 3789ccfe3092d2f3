/**
 * The DOT language of Graphviz: `digraph { a -> b }` says that b waits for a.
 *
 * Nodes and edges count, subgraphs as ends of edges too (`a -> {b c}`); attributes, ports and the
 * nesting of subgraphs say how a graph looks and are passed over. The language is small, and an own reader
 * gives exact lines. The two parsers that we tried (`@ts-graphviz/ast` 3.0.6, `dotparser` 1.1.1) read
 * some valid files as other graphs: the first took `a -> subgraph { b c }` for an edge to a node named
 * "subgraph", and both made a node "w" of the compass point in `b:p:sw`.
 */
import type { DagShape } from "../dag-shape.ts";
import { DagBuilder } from "./dag-builder.ts";
import { type DotToken, DotTokens } from "./dot-tokens.ts";

/** Subgraphs inside subgraphs; the reader calls itself for each. */
const MAX_DEPTH = 200;

/** Reads a DOT text; `file` is the path for messages and `name` the DAG's name. Throws an InputError with file, line and column. */
export function parseDot(text: string, file: string, name: string): DagShape {
  return new DotReader(text, file).read(name);
}

class DotReader {
  readonly #tokens: DotTokens;
  readonly #builder: DagBuilder;

  constructor(text: string, file: string) {
    this.#tokens = new DotTokens(text, file);
    this.#builder = new DagBuilder(file);
  }

  read(name: string): DagShape {
    const tokens = this.#tokens;
    tokens.skipKeyword("strict");
    if (tokens.isKeyword("graph")) {
      throw tokens.errorAt(
        tokens.current,
        'an undirected graph has no order to run in; use "digraph" and "->"',
      );
    }
    if (!tokens.skipKeyword("digraph")) throw tokens.unexpected('"digraph"');
    if (tokens.current.kind === "id") this.#id();
    if (!tokens.skip("{")) throw tokens.unexpected('"{"');
    this.#statements(0);
    if (tokens.current.kind !== "end") {
      throw tokens.errorAt(
        tokens.current,
        "there is text after the graph; one file holds one graph",
      );
    }
    return this.#builder.build(name);
  }

  /** Reads statements up to the closing brace; returns the nodes that they mention. */
  #statements(depth: number): ReadonlySet<number> {
    const tokens = this.#tokens;
    if (depth > MAX_DEPTH) {
      throw tokens.errorAt(tokens.current, `subgraphs are nested more than ${MAX_DEPTH} deep`);
    }
    const mentioned = new Set<number>();
    while (!tokens.skip("}")) {
      if (tokens.skip(";")) continue;
      for (const node of this.#statement(depth)) mentioned.add(node);
    }
    return mentioned;
  }

  #statement(depth: number): Iterable<number> {
    const tokens = this.#tokens;
    if (tokens.skipKeyword("graph") || tokens.skipKeyword("node") || tokens.skipKeyword("edge")) {
      if (tokens.current.text !== "[" || tokens.current.quoted) throw tokens.unexpected('"["');
      this.#attributes();
      return [];
    }
    const mentioned = new Set<number>();
    let parents = this.#endOfEdge(depth);
    // `name = value` sets an attribute of the graph and mentions no node.
    if (parents === undefined) return [];
    for (const node of parents) mentioned.add(node);
    while (this.#arrow()) {
      const children = this.#endOfEdge(depth);
      if (children === undefined) throw tokens.unexpected("a node");
      this.#edges(parents, children);
      for (const node of children) mentioned.add(node);
      parents = children;
    }
    this.#attributes();
    return mentioned;
  }

  /** One end of an edge: the nodes of a subgraph, or a node; undefined for `name = value`. */
  #endOfEdge(depth: number): ReadonlySet<number> | undefined {
    const tokens = this.#tokens;
    if (tokens.skipKeyword("subgraph")) {
      if (tokens.current.kind === "id") this.#id();
      if (!tokens.skip("{")) throw tokens.unexpected('"{"');
      return this.#statements(depth + 1);
    }
    if (tokens.skip("{")) return this.#statements(depth + 1);
    const id = this.#id();
    if (tokens.skip("=")) {
      this.#id();
      return undefined;
    }
    // A port and a compass point say where an arrow touches the box.
    while (tokens.skip(":")) this.#id();
    return new Set([this.#builder.node(id)]);
  }

  #arrow(): boolean {
    const tokens = this.#tokens;
    const token: DotToken = tokens.current;
    if (tokens.skip("->")) return true;
    if (token.kind === "punctuation" && token.text === "--") {
      throw tokens.errorAt(token, 'a digraph has directed edges; write "->"');
    }
    return false;
  }

  #edges(parents: Iterable<number>, children: ReadonlySet<number>): void {
    for (const parent of parents) {
      for (const child of children) this.#builder.edge(child, parent);
    }
  }

  /** `[a=b, c=d] [e=f]` */
  #attributes(): void {
    const tokens = this.#tokens;
    while (tokens.skip("[")) {
      while (!tokens.skip("]")) {
        this.#id();
        if (tokens.skip("=")) this.#id();
        if (!tokens.skip(";")) tokens.skip(",");
      }
    }
  }

  /** A name, a number, a string (strings can be added with +), or HTML-like text. */
  #id(): string {
    const tokens = this.#tokens;
    if (tokens.current.kind !== "id") throw tokens.unexpected("a name");
    const first = tokens.take();
    let text = first.text;
    while (first.quoted && tokens.skip("+")) {
      if (!tokens.current.quoted) throw tokens.unexpected("a quoted string");
      text += tokens.take().text;
    }
    return text;
  }
}
