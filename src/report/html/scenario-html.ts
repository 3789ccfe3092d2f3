/** One scenario as HTML: its filter, an empty place for its charts, its table. Free of Node: the page renders tables with it too. */
import type { Result } from "../../results/result.ts";
import { type ReportRow, type ReportTable, reportTableOf } from "../report-table.ts";
import { scenarioViews } from "../scenario-view.ts";
import { type FilterParameter, filterParameters } from "./cell-filter.ts";
import { escapeHtml } from "./html-text.ts";

/** From this many values on, a filter is folded away until it is wanted. */
const FOLD_FROM_VALUES = 24;

/** The section of a scenario. `place` is its position in the result; `result` holds the cells of this scenario alone. */
export function scenarioSection(result: Result, scenario: string, place: number): string {
  const parameters = filterParameters(result.cells);
  return [
    `<section class="scenario" data-scenario="${escapeHtml(scenario)}" aria-labelledby="scenario-${place}">`,
    `<h2 id="scenario-${place}">${escapeHtml(scenario)}</h2>`,
    parameters.length === 0 ? "" : filterForm(parameters, place),
    `<p class="count" role="status"></p>`,
    `<div class="charts"></div>`,
    `<div class="figures">${tablesOf(result)}</div>`,
    "</section>",
  ].join("\n");
}

/** The tables of a result; a plain sentence when there is nothing to show. */
export function tablesOf(result: Result): string {
  if (result.cells.length === 0) return "<p>No cell has these values. Choose more of them.</p>";
  return scenarioViews(result)
    .map((view) => tableHtml(reportTableOf(view)))
    .join("\n");
}

function filterForm(parameters: readonly FilterParameter[], place: number): string {
  const values = parameters.reduce((sum, parameter) => sum + parameter.values.length, 0);
  const fieldsets = parameters.map(({ label, values: choices }, parameter) => {
    const boxes = choices.map(
      ({ text }, value) =>
        `<label><input type="checkbox" checked data-parameter="${parameter}" data-value="${value}"> ${escapeHtml(text)}</label>`,
    );
    return `<fieldset><legend>${escapeHtml(label)}</legend>${boxes.join("")}</fieldset>`;
  });
  return [
    `<details class="filter" hidden${values < FOLD_FROM_VALUES ? " open" : ""}>`,
    "<summary>Filter by parameter</summary>",
    `<form id="filter-${place}" autocomplete="off">${fieldsets.join("")}`,
    '<button type="reset">Show all</button></form>',
    "</details>",
  ].join("\n");
}

function tableHtml(table: ReportTable): string {
  const head = table.columns.map(
    ({ heading, align }) => `<th scope="col" class="${align}">${escapeHtml(heading)}</th>`,
  );
  const caption = table.caption === "" ? table.scenario : table.caption;
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="Table of ${escapeHtml(table.scenario)}">`,
    `<table><caption>${escapeHtml(caption)}</caption>`,
    `<thead><tr>${head.join("")}</tr></thead>`,
    ...table.groups.map(
      (rows) => `<tbody>${rows.map((row) => rowHtml(row, table)).join("\n")}</tbody>`,
    ),
    "</table></div>",
    ...table.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`),
  ].join("\n");
}

function rowHtml(row: ReportRow, table: ReportTable): string {
  const whole = row.message === undefined;
  const cells = row.texts
    .slice(0, whole ? undefined : table.messageAt)
    .map((text, index) => `<td class="${table.columns[index]?.align}">${escapeHtml(text)}</td>`);
  const rest = table.columns.length - table.messageAt;
  const message = whole
    ? ""
    : `<td class="message ${row.status}" colspan="${rest}">${escapeHtml(row.message)}</td>`;
  return `<tr${row.winner ? ' class="winner"' : ""}>${cells.join("")}${message}</tr>`;
}
