/** Runs as text that other programs draw: Mermaid and DOT. A box and the edges at it use one id. */
import type { StateName } from "../../model/job.ts";
import type { NodeRecord, RunRecord } from "../../store/records.ts";

/** Fill by state; dark text is readable on all of them. */
const FILL: Partial<Record<StateName, string>> = {
  blocked: "#e5e7eb",
  delayed: "#fde68a",
  ready: "#dbeafe",
  claimed: "#93c5fd",
  expanded: "#c4b5fd",
  done: "#86efac",
  failed: "#fca5a5",
  skipped: "#f3f4f6",
  cancelled: "#fdba74",
};

type Drawn = Pick<RunRecord, "nodes" | "edges" | "name" | "runId">;

const idOf = (node: NodeRecord | undefined): string => `n${node?.jobId}`;

function labelOf({ name, task, jobId }: NodeRecord): string {
  return name ?? `${task} #${jobId}`;
}

/** States that occur, in the order of the table. */
function statesOf(nodes: readonly NodeRecord[]): StateName[] {
  const found = new Set(nodes.map(({ state }) => state));
  return (Object.keys(FILL) as StateName[]).filter((state) => found.has(state));
}

/** Mermaid reads entities, and would take quotes, tags and Markdown as its own. */
function mermaidText(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.:/-]/gu, (char) => `#${char.codePointAt(0)};`);
}

/** A Mermaid flowchart, coloured by state. */
export function toMermaid({ nodes, edges }: Drawn): string {
  const lines = ["flowchart TD"];
  for (const node of nodes)
    lines.push(`  ${idOf(node)}["${mermaidText(labelOf(node))}"]:::${node.state}`);
  for (const [child, parent] of edges)
    lines.push(`  ${idOf(nodes[parent])} --> ${idOf(nodes[child])}`);
  for (const state of statesOf(nodes))
    lines.push(`  classDef ${state} fill:${FILL[state]},stroke:#374151,color:#111827`);
  return `${lines.join("\n")}\n`;
}

function dotText(text: string): string {
  return `"${text.replace(/[\\"]/g, (char) => `\\${char}`).replace(/\r?\n/g, "\\n")}"`;
}

/** A DOT digraph, coloured by state. */
export function toDot({ nodes, edges, name, runId }: Drawn): string {
  const lines = [
    `digraph ${dotText(name ?? `run ${runId}`)} {`,
    '  node [shape=box, style="rounded,filled"];',
  ];
  for (const node of nodes) {
    const tip = dotText(`${node.state}, attempts: ${node.attempts}`);
    lines.push(
      `  ${idOf(node)} [label=${dotText(labelOf(node))}, fillcolor="${FILL[node.state]}", tooltip=${tip}];`,
    );
  }
  for (const [child, parent] of edges)
    lines.push(`  ${idOf(nodes[parent])} -> ${idOf(nodes[child])};`);
  lines.push("}");
  return `${lines.join("\n")}\n`;
}
