/** Charts as PNG, drawn by chartjs-node-canvas on a canvas without a browser. */
import { loadCanvasPackages } from "./canvas-packages.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { ownCopy } from "./style.ts";

/** Twice the CSS size: sharp on dense screens and in print. */
const PIXEL_RATIO = 2;

/** Draws one chart; the picture has twice the pixels of the spec each way. An `InputError` when the optional packages are absent. */
export async function renderPng(spec: ChartSpec): Promise<Buffer> {
  const { nodeCanvas } = await loadCanvasPackages();
  const renderer = new nodeCanvas.ChartJSNodeCanvas({
    width: spec.widthPx,
    height: spec.heightPx,
  });
  // The asynchronous call passes arguments that @napi-rs/canvas does not take.
  return renderer.renderToBufferSync(ownCopy(spec.config, PIXEL_RATIO) as never, "image/png");
}
