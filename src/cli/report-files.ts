/** Writes a result in any format as files: `<id>.<ext>`, and one for each chart where the format is a picture. */
import { join } from "node:path";
import { InputError, messageOf } from "../lib/errors.ts";
import { replaceFile } from "../lib/replace-file.ts";
import type { ChartSpec } from "../report/chart/chart-spec.ts";
import { render } from "../report/render.ts";
import type { Result } from "../results/result.ts";
import type { Format } from "./formats.ts";

/** A file to write: its name without folder, and its content or what writes it. */
interface ReportFile {
  readonly name: string;
  readonly content: Parameters<typeof replaceFile>[1];
}

const EXTENSIONS: Readonly<Record<Format, string>> = {
  table: "txt",
  json: "json",
  csv: "csv",
  markdown: "md",
  parquet: "parquet",
  png: "png",
  svg: "svg",
  html: "html",
};

/**
 * Writes the files into `folder`, which is created when missing, and returns their paths. Throws an
 * `InputError` when they cannot be written, when there is no chart to draw, and for an id that is no
 * plain name: it came out of a file and may not lead anywhere else.
 */
export async function writeReport(
  result: Result,
  format: Format,
  folder: string,
): Promise<readonly string[]> {
  if (!/^[a-z0-9][\w.-]{0,99}$/i.test(result.id)) {
    throw new InputError(
      `The result's id ${JSON.stringify(result.id)} is no name for a file. Give a result that \`bench run\` wrote.`,
    );
  }
  const paths: string[] = [];
  for (const { name, content } of await filesOf(result, format)) {
    const path = join(folder, name);
    try {
      await replaceFile(path, content);
    } catch (error) {
      throw new InputError(
        `${path}: cannot be written (${messageOf(error)}). Choose another folder with --out.`,
        { cause: error },
      );
    }
    paths.push(path);
  }
  return paths;
}

async function filesOf(result: Result, format: Format): Promise<readonly ReportFile[]> {
  const name = `${result.id}.${EXTENSIONS[format]}`;
  switch (format) {
    case "png": {
      const { renderPng } = await import("../report/chart/png.ts");
      return await pictures(result, "png", renderPng);
    }
    case "svg": {
      const { renderSvg } = await import("../report/chart/svg.ts");
      return await pictures(result, "svg", renderSvg);
    }
    case "html": {
      const { htmlPage } = await import("../report/html/html-page.ts");
      const { readPageAssets } = await import("../report/html/page-assets.ts");
      return [{ name, content: htmlPage(result, await readPageAssets()) }];
    }
    case "parquet": {
      const { trialTable } = await import("../report/trial-table.ts");
      const { writeParquet } = await import("../store/duckdb/write-parquet.ts");
      const { columns, rows } = trialTable(result);
      return [{ name, content: (path) => writeParquet(path, columns, rows) }];
    }
    default:
      return [{ name, content: render(result, format) }];
  }
}

/** `<id>-<chart>.png` for every chart of the result. */
async function pictures(
  result: Result,
  extension: string,
  draw: (chart: ChartSpec) => Promise<string | Uint8Array>,
): Promise<readonly ReportFile[]> {
  const { chartsOf } = await import("../report/chart/charts-of.ts");
  const { withLatencies } = await import("../report/chart/latency-summaries.ts");
  const files: ReportFile[] = [];
  for (const chart of chartsOf(withLatencies(result))) {
    files.push({ name: `${result.id}-${chart.id}.${extension}`, content: await draw(chart) });
  }
  if (files.length > 0) return files;
  throw new InputError(`Run ${result.id} has no cell with a value, so there is nothing to draw.`);
}
