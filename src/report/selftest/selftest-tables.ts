/** The report of a selftest as two tables: the gate against its targets, and the gate among other rules. */
import { count, percent } from "../../results/phrases.ts";
import type {
  SelftestFigure,
  SelftestReport,
  Share,
  TournamentRow,
} from "../../results/selftest-report.ts";
import { markdownTable } from "../markdown.ts";
import type { ReportTable } from "../report-table.ts";
import { renderTable, type TableOptions } from "../table.ts";

const VERDICT_TEXT: Readonly<Record<SelftestFigure["verdict"], string>> = {
  reached: "reached",
  missed: "missed",
  open: "open: more gates are needed",
  none: "",
};

/** For the terminal; ends with a newline. */
export function renderSelftest(report: SelftestReport, options: TableOptions): string {
  return [
    renderTable(figureTable(report), options),
    renderTable(tournamentTable(report), options),
  ].join("\n");
}

/** For a document; no newline at its end. */
export function selftestMarkdown(report: SelftestReport): string {
  return [figureTable(report), tournamentTable(report)].map(markdownTable).join("\n\n");
}

function figureTable(report: SelftestReport): ReportTable {
  const { figures } = report;
  const groups = (["measured", "resampled"] as const).map((source) =>
    figures.filter((figure) => figure.source === source),
  );
  return table(
    "The gate",
    captionOf(report),
    [
      ["figure", "left"],
      ["gates", "left"],
      ["result", "right"],
      ["share", "right"],
      ["95 % bound", "right"],
      ["target", "right"],
      ["verdict", "left"],
    ],
    groups.map((group) => group.map(figureTexts)),
    [
      "measured: gates that were really run, judged by the bound of their share (Clopper–Pearson, one-sided); intervals over 12 pairs",
      "resampled: gates played on pairs drawn from the unchanged build's record, the head made slower by arithmetic; they cannot show what the record does not hold",
    ],
  );
}

function figureTexts(figure: SelftestFigure): readonly string[] {
  const { name, source, hits, of, target, bound, verdict } = figure;
  const sign = target?.kind === "at least" ? "≥" : "≤";
  return [
    name,
    source,
    of === 0 ? "–" : shareText({ hits, of }),
    of === 0 ? "–" : percent(hits / of),
    bound === null ? "" : `${sign} ${percent(bound)}`,
    target === null ? "" : `${sign} ${percent(target.share)}`,
    VERDICT_TEXT[verdict],
  ];
}

function tournamentTable({ tournament }: SelftestReport): ReportTable {
  return table(
    "The gate among other rules",
    "alarms of comparisons",
    [
      ["rule", "left"],
      ["unchanged", "right"],
      ["unchanged, hog", "right"],
      ["3 % slower", "right"],
      ["10 % slower", "right"],
      ["15 % slower", "right"],
    ],
    [tournament.map(tournamentTexts)],
    [
      "alarms in the first three columns are false ones, in the last two right ones",
      "other rules see the base's figures in the order in which they were measured: 8 as the base, the next 8 as the head, made slower by arithmetic; their windows overlap. Stored: the end of the sitting before. History: the 10 blocks before",
      "hog: the other rules meet it from the head's first figure on, the pairs of bench gate have it beside both sides",
    ],
  );
}

function tournamentTexts(row: TournamentRow): readonly string[] {
  return [
    row.rule,
    ...[row.same, row.hog, row.slow3, row.slow10, row.slow15].map((share) =>
      share === null ? "–" : `${percent(share.hits / share.of)} (${shareText(share)})`,
    ),
  ];
}

function shareText({ hits, of }: Share): string {
  return `${hits.toLocaleString("en-US")} of ${of.toLocaleString("en-US")}`;
}

function captionOf({ head, arms, sittings }: SelftestReport): string {
  const { scenario, parameters } = head.cell;
  const pairs = arms.reduce((all, arm) => all + arm.pairs, 0);
  const noisy = arms.reduce((all, arm) => all + arm.noisyPairs, 0);
  const same = arms.find(({ arm }) => arm === "same");
  const noise = same?.noise ?? null;
  return [
    [scenario, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)].join(" "),
    `${head.metric}, seed ${head.seed}`,
    `${count(pairs, "pair")} in ${count(sittings, "sitting")}, ${noisy} of them beside busy neighbours or a hog`,
    ...(noise === null ? [] : [`noise of a pair ${percent(noise)}`]),
    `${head.environment.cpu}, ${head.environment.cores} cores`,
  ].join(" · ");
}

function table(
  scenario: string,
  caption: string,
  head: readonly (readonly [string, "left" | "right"])[],
  groups: readonly (readonly (readonly string[])[])[],
  notes: readonly string[],
): ReportTable {
  return {
    scenario,
    caption,
    columns: head.map(([heading, align]) => ({ heading, align, mayGo: false })),
    messageAt: 0,
    groups: groups.map((rows) =>
      rows.map((texts) => ({ status: "ok", winner: false, texts, message: undefined })),
    ),
    notes,
  };
}
