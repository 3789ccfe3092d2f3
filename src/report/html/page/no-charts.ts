/** Stands in for live-charts.ts in a build without Chart.js: a plain sentence in place of the charts. */
/// <reference lib="dom" />

/** Has the methods of the other `LiveCharts`. */
export class LiveCharts {
  constructor(place: HTMLElement) {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent =
      "No charts: Chart.js was not installed when this report was built. The table holds every figure.";
    place.replaceChildren(note);
  }

  /** There is nothing to draw. */
  show(): void {
    // The sentence stays.
  }
}
