/**
 * Charts as SVG: Chart.js drives the SVG canvas of @napi-rs/canvas itself, because
 * chartjs-node-canvas asks for an SVG in node-canvas's way, which @napi-rs/canvas refuses.
 */
import { loadCanvasPackages } from "./canvas-packages.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { ownCopy } from "./style.ts";

/** Draws one chart; letters become outlines, so that it looks the same without our font. An `InputError` when the optional packages are absent. */
export async function renderSvg(spec: ChartSpec): Promise<string> {
  const { canvas, chartjs } = await loadCanvasPackages();
  const sheet = canvas.createCanvas(
    spec.widthPx,
    spec.heightPx,
    canvas.SvgExportFlag.ConvertTextToPaths,
  );
  const context = sheet.getContext("2d");
  const chart = new chartjs.Chart(context as never, ownCopy(spec.config, 1) as never);
  try {
    return withTitle(shorter(sheet.getContent().toString("utf8")), spec.title);
  } finally {
    chart.destroy();
  }
}

/** Rounds coordinates to a hundredth of a pixel: a third of the file is digits that nobody can see. */
function shorter(svg: string): string {
  return svg.replaceAll(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))));
}

/** Gives the picture the text alternative that its outlined letters cannot be. */
function withTitle(svg: string, title: string): string {
  const text = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return svg.replace(
    /<svg [^>]*>/,
    (tag) => `${tag.slice(0, -1)} role="img">\n\t<title>${text}</title>`,
  );
}
