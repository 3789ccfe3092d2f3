/**
 * The program of the HTML page. It runs in the reader's browser, with the same functions for charts
 * and tables that the terminal and the pictures use; `scripts/build-page.ts` bundles it.
 */
/// <reference lib="dom" />
import type { Cell, Result } from "../../../results/result.ts";
import { type FilterParameter, filterParameters, matchingCells } from "../cell-filter.ts";
import { tablesOf } from "../scenario-html.ts";
import { LiveCharts } from "./live-charts.ts";
import { startTheme } from "./theme.ts";

/** Brings one scenario's section to life: charts now, charts and table again whenever its filter changes. */
function startScenario(section: HTMLElement, result: Result): void {
  const cells = result.cells.filter(({ scenario }) => scenario === section.dataset["scenario"]);
  const parameters = filterParameters(cells);
  const charts = new LiveCharts(partOf(section, ".charts"));
  const show = (shown: readonly Cell[]): void => {
    const part = { ...result, cells: [...shown] };
    partOf(section, ".count").textContent =
      shown.length === cells.length ? "" : `${shown.length} of ${cells.length} cells shown`;
    charts.show(part);
    partOf(section, ".figures").innerHTML = tablesOf(part);
  };
  const filter = section.querySelector<HTMLElement>(".filter");
  if (filter !== null) startFilter(filter, cells, parameters, show);
  charts.show({ ...result, cells });
}

function startFilter(
  filter: HTMLElement,
  cells: readonly Cell[],
  parameters: readonly FilterParameter[],
  show: (cells: readonly Cell[]) => void,
): void {
  filter.hidden = false;
  const boxes = [...filter.querySelectorAll<HTMLInputElement>("input")];
  const update = (): void => {
    const leftOut = parameters.map(() => new Set<number>());
    for (const { checked, dataset } of boxes) {
      if (!checked) leftOut[Number(dataset["parameter"])]?.add(Number(dataset["value"]));
    }
    show(matchingCells(cells, parameters, leftOut));
  };
  filter.addEventListener("change", update);
  filter.addEventListener("reset", () => {
    // The event comes before the boxes are set back.
    for (const box of boxes) box.checked = true;
    update();
  });
}

function partOf(section: Element, selector: string): HTMLElement {
  const part = section.querySelector<HTMLElement>(selector);
  if (part === null) throw new Error(`The page has no ${selector}.`);
  return part;
}

startTheme(partOf(document.documentElement, "#theme"));
const result: Result = JSON.parse(partOf(document.documentElement, "#result").textContent);
for (const section of document.querySelectorAll<HTMLElement>(".scenario")) {
  startScenario(section, result);
}
