/** The HTML report in a real browser, without a network: charts, filter, keys, themes, hostile text. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { htmlPage, type PageAssets } from "../../src/report/html/html-page.ts";
import { readPageAssets } from "../../src/report/html/page-assets.ts";
import type { Result } from "../../src/results/result.ts";
import { chromiumPath } from "../support/browser/chromium.ts";
import { buildResult, finding, okCell } from "../support/results/build-result.ts";
import { defaultRun, manySeries } from "../support/results/fixtures.ts";

const executablePath = chromiumPath();

let browser: Browser;
let assets: PageAssets;
let folder: string;

/** A page with all that went wrong on it, and every address that it asked for. */
interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
  readonly url: string;
}

async function open(result: Result, options: BrowserContextOptions = {}): Promise<Opened> {
  const path = join(folder, `${result.id}.html`);
  writeFileSync(path, htmlPage(result, assets));
  const context = await browser.newContext({ offline: true, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => requests.push(request.url()));
  const url = pathToFileURL(path).href;
  await page.goto(url);
  return { page, complaints, requests, url };
}

/** How many different colours a canvas shows: one where nothing was drawn. */
async function colorsOf(page: Page, canvas: number): Promise<number> {
  return await page.evaluate(`(() => {
    const canvas = document.querySelectorAll("canvas")[${canvas}];
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`);
}

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
  }
  throw new Error(`Tab never reaches ${selector}`);
}

describe.skipIf(executablePath === undefined)("the HTML report in a browser", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "quackmark-html-"));
    assets = await readPageAssets();
    browser = await chromium.launch({ executablePath: executablePath ?? "" });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("loads without a network, asks for nothing but itself, complains of nothing, and draws its charts", async () => {
    const { page, complaints, requests, url } = await open(defaultRun());
    expect(await page.title()).toBe("Run 20250301-120000-a1b2 · Quackmark");
    expect(
      await page.locator("figure.chart").evaluateAll((all) => all.map(({ id }) => id)),
    ).toEqual([
      "submit-throughput",
      "submit-chunk-size",
      "drain-throughput",
      "drain-claim-batch",
      "drain-poll-interval",
    ]);
    for (const canvas of [0, 1, 2, 3, 4]) expect(await colorsOf(page, canvas)).toBeGreaterThan(20);
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
  });

  it("is filtered by keyboard: table, charts and the count follow, and Show all takes it back", async () => {
    const { page, complaints } = await open(defaultRun());
    const section = page.locator('section[data-scenario="submit"]');
    const rows = section.locator("tbody tr");
    expect(await rows.count()).toBe(9);
    await tabTo(page, 'section[data-scenario="submit"] input');
    await page.keyboard.press("Space");
    expect(await rows.count()).toBe(8);
    expect(await section.locator(".count").textContent()).toBe("8 of 9 cells shown");
    expect(await section.locator("td", { hasText: /^appender$/ }).count()).toBe(0);
    expect(await section.locator(".winner td").first().textContent()).toBe("unnest");
    expect(await section.locator("canvas").count()).toBe(2);
    // The focus stays on the box: the reader goes on from there.
    await page.keyboard.press("Space");
    expect(await rows.count()).toBe(9);
    await page.keyboard.press("Space");
    await tabTo(page, "button[type=reset]");
    await page.keyboard.press("Enter");
    expect(await rows.count()).toBe(9);
    expect(await section.locator("input:not(:checked)").count()).toBe(0);
    expect(await page.locator('section[data-scenario="drain"] tbody tr').count()).toBe(6);
    expect(complaints).toEqual([]);
  });

  it("says so when every value of a parameter is left out", async () => {
    const { page } = await open(defaultRun());
    const section = page.locator('section[data-scenario="submit"]');
    for (const box of await section.locator('input[data-parameter="0"]').all()) await box.uncheck();
    expect(await section.locator(".figures").textContent()).toBe(
      "No cell has these values. Choose more of them.",
    );
    expect(await section.locator("canvas").count()).toBe(0);
  });

  it("reads the points of a chart aloud by arrow keys", async () => {
    const { page } = await open(defaultRun());
    const spoken = page.locator("#submit-throughput figcaption");
    await tabTo(page, "#submit-throughput canvas");
    await page.keyboard.press("ArrowDown");
    expect(await spoken.textContent()).toMatch(/^appender, 812,000 rows\/s \S*±?3/);
    await page.keyboard.press("ArrowDown");
    expect(await spoken.textContent()).toMatch(/^unnest, 455,000 rows\/s/);
    await page.keyboard.press("Escape");
    expect(await spoken.textContent()).toBe("");
  });

  it("follows the system's theme, and the button by keyboard", async () => {
    const { page } = await open(defaultRun(), { colorScheme: "dark" });
    const ground = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.body).backgroundColor");
    const turned = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.querySelector('canvas')).filter");
    expect(await ground()).toBe("rgb(17, 18, 20)");
    expect(await turned()).toContain("invert");
    await tabTo(page, "#theme");
    await page.keyboard.press("Enter");
    expect(await ground()).toBe("rgb(246, 247, 248)");
    expect(await turned()).toBe("none");
  });

  it("shows hostile text as text: nothing of it runs, loads or breaks out", async () => {
    const bad = `</script><img src="https://example.org/x" onerror="alert(1)"><script>alert(2)</script>'"&`;
    const cell = (strategy: string) =>
      okCell({ scenario: bad, parameters: { [bad]: strategy, n: 1 }, metrics: { submitMs: 5 } });
    const result = buildResult([cell(bad), cell("</td><b>")], {
      command: [bad],
      findings: [finding({ kind: "drift", scenario: bad, evidence: bad, advice: bad })],
      scenarios: [{ name: bad, question: bad, metrics: ["submitMs", bad] }],
    });
    result.environment.cpu = bad;
    const { page, complaints, requests, url } = await open(result);
    expect(await page.locator("canvas").count()).toBe(1);
    await page.locator("input").first().uncheck();
    expect(await page.locator("tbody tr").count()).toBe(1);
    expect(await page.locator("img, b").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(2);
    expect(await page.locator("h2").last().textContent()).toBe(bad);
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [url] });
  });

  it("refuses by its policy what slips in: no foreign script runs and nothing is sent", async () => {
    const { page } = await open(defaultRun());
    const outcome = await page.evaluate(`(async () => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      const sent = await fetch("https://example.org/").then(() => true, () => false);
      return [window.ran === true, sent];
    })()`);
    expect(outcome).toEqual([false, false]);
  });

  it("shows every table without a script", async () => {
    const { page } = await open(defaultRun(), { javaScriptEnabled: false });
    expect(await page.locator("tbody tr").count()).toBe(15);
    expect(await page.locator("noscript p, .note").first().textContent()).toContain("JavaScript");
  });

  it.each([1280, 360])("does not overflow a window of %i pixels with 50 series", async (width) => {
    const { page, complaints } = await open(manySeries([1000, 10_000, 100_000]), {
      viewport: { width, height: 800 },
    });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    expect(await colorsOf(page, 0)).toBeGreaterThan(20);
    expect(complaints).toEqual([]);
  });
});
