import { type Canvas, createCanvas, loadImage } from "@napi-rs/canvas";
import { afterEach, describe, expect, test, vi } from "vitest";
import { InputError } from "../../../../src/lib/errors.ts";
import { ensureFonts, type FontList } from "../../../../src/report/chart/canvas-packages.ts";
import type {
  ChartConfig,
  ChartPoint,
  ChartSpec,
} from "../../../../src/report/chart/chart-spec.ts";
import { chartsOf } from "../../../../src/report/chart/charts-of.ts";
import { renderPng } from "../../../../src/report/chart/png.ts";
import { renderSvg } from "../../../../src/report/chart/svg.ts";
import type { Result } from "../../../../src/results/result.ts";
import { defaultRun, manySeries, oneTrial } from "../../../support/results/fixtures.ts";

const PNG_SIGNATURE = "89504e470d0a1a0a";

const chart = (result: Result, id: string): ChartSpec => {
  const found = chartsOf(result).find((spec) => spec.id === id);
  if (found === undefined) throw new Error(`no chart ${id}`);
  return found;
};

/** The same chart with every point changed. */
function withPoints(spec: ChartSpec, change: (point: ChartPoint) => ChartPoint): ChartSpec {
  const datasets = spec.config.data.datasets.map((dataset) => ({
    ...dataset,
    data: dataset.data.map(change),
  })) as ChartConfig["data"]["datasets"];
  return { ...spec, config: { ...spec.config, data: { ...spec.config.data, datasets } } };
}

async function pixelsOf(picture: Buffer): Promise<Uint8ClampedArray> {
  const image = await loadImage(picture);
  const canvas: Canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height).data;
}

/** How many pixels two pictures of the same size differ in. */
async function difference(a: ChartSpec, b: ChartSpec): Promise<number> {
  const [first, second] = [await pixelsOf(await renderPng(a)), await pixelsOf(await renderPng(b))];
  expect(second).toHaveLength(first.length);
  let pixels = 0;
  for (let at = 0; at < first.length; at += 4) {
    const same = [0, 1, 2].every((channel) => first[at + channel] === second[at + channel]);
    if (!same) pixels += 1;
  }
  return pixels;
}

const withoutInterval = (point: ChartPoint): ChartPoint => ({ ...point, low: null, high: null });

describe("png", () => {
  test.each([
    ["one bar", oneTrial(), "submit-throughput"],
    ["nine bars", defaultRun(), "submit-throughput"],
    ["a curve", defaultRun(), "drain-claim-batch"],
    ["50 lines", manySeries([1000, 100_000]), "submit-throughput"],
  ])("%s is a picture of twice the chart's size", async (_name, result, id) => {
    const spec = chart(result, id);
    const png = await renderPng(spec);
    expect(png.subarray(0, 8).toString("hex")).toBe(PNG_SIGNATURE);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
      2 * spec.widthPx,
      2 * spec.heightPx,
    ]);
  });

  test("the ground is white and opaque at every corner", async () => {
    const spec = chart(defaultRun(), "submit-throughput");
    const pixels = await pixelsOf(await renderPng(spec));
    const row = 2 * spec.widthPx * 4;
    for (const at of [0, row - 4, pixels.length - row, pixels.length - 4]) {
      expect([...pixels.subarray(at, at + 4)]).toEqual([255, 255, 255, 255]);
    }
  });

  test("the name of a line is drawn to its end, however long", async () => {
    const spec = chart(manySeries([1000, 100_000]), "submit-throughput");
    const named = (label: string): ChartSpec => {
      const datasets = spec.config.data.datasets.map((dataset) => ({ ...dataset, label }));
      const data = { ...spec.config.data, datasets } as ChartConfig["data"];
      return { ...spec, config: { ...spec.config, data } };
    };
    const long = "claim batch 1,000, poll interval 100 ms, workers ";
    expect(await difference(named(`${long}1`), named(`${long}7`))).toBeGreaterThan(0);
  });

  test("the same chart gives the same picture", async () => {
    const spec = chart(defaultRun(), "drain-poll-interval");
    expect(await difference(spec, spec)).toBe(0);
  });

  test("whiskers are drawn on bars and on lines", async () => {
    for (const id of ["submit-throughput", "drain-claim-batch"]) {
      const spec = chart(defaultRun(), id);
      expect(await difference(spec, withPoints(spec, withoutInterval))).toBeGreaterThan(100);
    }
  });

  test("the text beside a bar is drawn, also where there is no bar", async () => {
    const spec = chart(defaultRun(), "submit-throughput");
    const silent = withPoints(spec, (point) =>
      point.x === null ? { x: null, y: point.y, low: null, high: null } : point,
    );
    expect(await difference(spec, silent)).toBeGreaterThan(500);
  });
});

describe("svg", () => {
  test("it has the chart's size, a text alternative, and no letter that needs a font", async () => {
    const spec = chart(defaultRun(), "submit-throughput");
    const svg = await renderSvg(spec);
    expect(svg).toMatch(/^<\?xml [^>]*>\s*<svg [^>]*width="1040" height="460" role="img">/);
    expect(svg).toContain("<title>Submit throughput by strategy and chunk size</title>");
    expect(svg).not.toContain("<text");
  });

  test("a picture drawn from it has the same bars as the png", async () => {
    const spec = chart(defaultRun(), "submit-throughput");
    const pixels = await pixelsOf(Buffer.from(await renderSvg(spec)));
    const blue = [0x00, 0x72, 0xb2];
    let area = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      if (blue.every((value, channel) => pixels[at + channel] === value)) area += 1;
    }
    // The winner's bar: some 650 by 23 pixels, less its whisker.
    expect(area).toBeGreaterThan(12_000);
    expect(area).toBeLessThan(18_000);
  });
});

describe("what drawing needs", () => {
  afterEach(() => {
    vi.doUnmock("chartjs-node-canvas");
    vi.resetModules();
  });

  test("without the optional packages the error names them and the way out", async () => {
    vi.resetModules();
    vi.doMock("chartjs-node-canvas", () => {
      throw new Error("Cannot find package");
    });
    const { renderPng: render } = await import("../../../../src/report/chart/png.ts");
    await expect(render(chart(oneTrial(), "submit-throughput"))).rejects.toThrow(
      "charts need the optional packages chart.js, @napi-rs/canvas and chartjs-node-canvas; npm install them or pass --no-charts",
    );
  });

  test("a machine without fonts is refused, because text would be missing from every picture", () => {
    const bare: FontList = { families: [], registerFromPath: () => null };
    expect(() => ensureFonts(bare, [])).toThrow(InputError);
    expect(() => ensureFonts(bare, ["no-such-package/font.woff"])).toThrow(
      "charts need a font and this machine has none; npm install @fontsource/inter, install a system font or pass --no-charts",
    );
  });

  test("a font file that is installed is registered under the name that charts ask for", () => {
    const families: { family: string }[] = [];
    const fonts: FontList = {
      families,
      registerFromPath: (path, family) => families.push({ family: `${family} ${path.length > 0}` }),
    };
    ensureFonts(fonts, ["chart.js/auto"]);
    expect(families).toEqual([{ family: "Inter true" }]);
  });
});
