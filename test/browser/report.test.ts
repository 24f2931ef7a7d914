import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { renderReport } from "../../src/report/index.ts";
import { launchBrowser, requireBrowser } from "../support/browser.ts";
import { HOSTILE_TEXTS, hostileReport } from "../support/hostile-report.ts";
import { evaluationFixture, manyPromptsFixture, reportFixture } from "../support/report-fixture.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DESKTOP = { viewport: { width: 1280, height: 900 } };
const TELEPHONE = { viewport: { width: 390, height: 844 } };
const SCHEMES = ["light", "dark"] as const;

let browser: Browser | null = null;
let folder = "";
let pages: Readonly<Record<"fixture" | "simulated" | "hostile" | "many", string>>;

beforeAll(async () => {
  browser = await launchBrowser();
  if (browser === null) return;
  folder = await mkdtemp(join(tmpdir(), "oirl-report-"));
  const write = async (name: string, html: string): Promise<string> => {
    await writeFile(join(folder, name), html);
    return pathToFileURL(join(folder, name)).href;
  };
  pages = {
    fixture: await write("fixture.html", renderReport(reportFixture())),
    simulated: await write("simulated.html", renderReport(reportFixture({ simulated: true }))),
    many: await write("many.html", renderReport(manyPromptsFixture())),
    hostile: await write("hostile.html", renderReport(hostileReport())),
  };
});

afterAll(async () => {
  await browser?.close();
  if (folder !== "") await rm(folder, { recursive: true });
});

beforeEach((context) => requireBrowser(context));

interface Visit {
  readonly page: Page;
  /** Everything the browser complained of or asked for beside the page itself. */
  readonly complaints: string[];
}

async function visit(url: string, options: BrowserContextOptions = DESKTOP): Promise<Visit> {
  const context = await browser!.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url() !== url) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url, { waitUntil: "load" });
  return { page, complaints };
}

/** Opens everything that is folded. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
}

/** What axe-core finds wrong, as "rule: element". */
async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe;
    const { violations } = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
  });
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

describe("the report in a browser", () => {
  it("opens from disk without a complaint or a request, and shows every section", async () => {
    const { page, complaints } = await visit(pages.fixture);
    expect(await page.locator("h1").innerText()).toMatch(/^Use different prompts.*:\s\+1\.9\spoints/);
    expect(await page.locator("main section h2").allInnerTexts()).toEqual([
      "Which prompt for which kind of question?",
      "What this rests on",
      "The prompts, one by one",
      "Worst mistakes",
      "Details",
    ]);
    expect(await page.locator("main section h3:visible").allInnerTexts()).toEqual([
      "Every way to choose",
      "The check before choosing, and what could be reached",
      "Are the test questions new?",
      "Do the predictions come true?",
      "Would a larger log help?",
      "Method and settings",
      "Words used here",
    ]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("draws a mark for every strategy with a value, at both widths", async () => {
    const valued = evaluationFixture().strategies.filter(({ success }) => success !== null).length;
    for (const [options, width] of [
      [DESKTOP, "wide"],
      [TELEPHONE, "narrow"],
    ] as const) {
      const { page } = await visit(pages.fixture, options);
      await unfold(page);
      const marks = page.locator(`#success .chart-${width} svg path.mark`);
      expect(await marks.count()).toBe(valued);
      expect(await marks.first().isVisible()).toBe(true);
      const charts = page.locator("main figure [role=img]:visible");
      expect(await charts.count()).toBe(4);
      for (const chart of await charts.all()) {
        expect(await chart.getAttribute("aria-label")).toMatch(/\w{3,}.*\d/);
      }
      await page.context().close();
    }
  });

  it.each([DESKTOP, TELEPHONE, { viewport: { width: 320, height: 600 } }])(
    "does not scroll sideways at $viewport.width pixels, hostile texts included",
    async (options) => {
      for (const url of [pages.fixture, pages.hostile]) {
        const { page } = await visit(url, options);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
        await page.context().close();
      }
    },
  );

  it.each([
    [390, "screen"],
    [1200, "screen"],
    [1600, "screen"],
    [680, "print"],
    [794, "print"],
  ] as const)("cuts off no table and no chart at %i pixels on %s", async (width, media) => {
    for (const url of [pages.fixture, pages.many]) {
      const { page } = await visit(url, { viewport: { width, height: 900 } });
      await page.emulateMedia({ media });
      const frames = await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
        return [
          ...document.querySelectorAll("html, .table-frame, .beside, .chart, .chart-wide, .chart-narrow"),
        ].map((frame) => ({
          name: `${frame.closest("section")?.id}: ${frame.getAttribute("aria-label") ?? frame.className}`,
          over: frame.scrollWidth - frame.clientWidth,
        }));
      });
      expect(frames.length).toBeGreaterThan(18);
      expect(frames.filter(({ over }) => over > 0)).toEqual([]);
      await page.context().close();
    }
  });

  it("breaks no short word in a table's heading", async () => {
    const names = ["steps", "one-word", "expert", "plain", "spelling", "calculation"];
    const { prompts } = reportFixture();
    const html = renderReport(
      reportFixture({
        prompts: prompts.map((prompt, index) => ({ ...prompt, id: names[index] ?? prompt.id })),
      }),
    );
    await writeFile(join(folder, "named.html"), html);
    const { page } = await visit(pathToFileURL(join(folder, "named.html")).href);
    await unfold(page);
    const headings = page.locator("#kinds thead th");
    expect((await headings.allTextContents()).join(" ")).toContain("calculation");
    const broken = await headings.evaluateAll(
      (cells, words) =>
        cells.flatMap((cell) => {
          const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
          const found: string[] = [];
          for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
            for (const word of words) {
              const start = text.textContent!.indexOf(word);
              if (start < 0) continue;
              const range = document.createRange();
              range.setStart(text, start);
              range.setEnd(text, start + word.length);
              // A word on two lines has two boxes.
              if (range.getClientRects().length > 1) found.push(word);
            }
          return found;
        }),
      [...names.filter((name) => !name.includes("-")), "Questions"],
    );
    expect(broken).toEqual([]);
    await page.context().close();
  });

  it("is under six screens high with its details folded, on a log of many prompts too", async () => {
    for (const url of [pages.fixture, pages.many]) {
      const { page } = await visit(url);
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      expect(height).toBeLessThan(6 * DESKTOP.viewport.height);
      await page.context().close();
    }
  });

  it("has its verdict, its one gain and what to do next on the first screen, also of a telephone", async () => {
    for (const options of [DESKTOP, TELEPHONE]) {
      const { page } = await visit(pages.fixture, options);
      for (const selector of ["h1", ".detail", ".next", ".figure-choosing .note"]) {
        const box = (await page.locator(selector).first().boundingBox())!;
        expect(box.y + box.height, selector).toBeLessThanOrEqual(options.viewport.height);
      }
      await page.context().close();
    }
  });

  it("tells by the keyboard what a term means", async () => {
    const { page } = await visit(pages.fixture);
    const term = page.locator("#rests details.what").first();
    expect(await term.locator(".meaning").isVisible()).toBe(false);
    await term.locator("summary").focus();
    await page.keyboard.press("Enter");
    expect(await term.locator(".meaning").innerText()).toContain("resemble nothing in the log");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it("keeps the prompts beyond the first six folded, accessibly", async () => {
    const { page } = await visit(pages.many);
    const details = page.locator("#fixed details");
    expect(await details.locator("summary").innerText()).toMatch(/^114 further prompts/);
    expect(await details.locator("tbody tr").first().isVisible()).toBe(false);
    await details.locator("summary").click();
    expect(await details.locator("tbody tr").count()).toBe(114);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it.each(SCHEMES)("passes axe-core in the %s scheme, on a desktop and a telephone", async (colorScheme) => {
    for (const options of [DESKTOP, TELEPHONE]) {
      const { page } = await visit(pages.simulated, { ...options, colorScheme });
      expect(await accessibilityProblems(page)).toEqual([]);
      await unfold(page);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.context().close();
    }
  });

  it.each(SCHEMES)(
    "draws its charts' texts and marks with contrast in the %s scheme",
    async (colorScheme) => {
      const { page } = await visit(pages.fixture, { ...DESKTOP, colorScheme });
      await unfold(page);
      const ratios = await page.evaluate(() => {
        const luminance = (color: string): number => {
          const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
            const share = Number(part) / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const ground = luminance(getComputedStyle(document.body).backgroundColor);
        const ratio = (element: Element, property: "fill" | "stroke"): number => {
          const light = luminance(getComputedStyle(element)[property]);
          return (Math.max(light, ground) + 0.05) / (Math.min(light, ground) + 0.05);
        };
        const all = (selector: string): Element[] => [
          ...document.querySelectorAll(`.chart-wide ${selector}`),
        ];
        return {
          texts: all("text").map((text) => ratio(text, "fill")),
          marks: all("path.mark").map((mark) => Math.max(ratio(mark, "fill"), ratio(mark, "stroke"))),
        };
      });
      expect(ratios.texts.length).toBeGreaterThan(50);
      expect(Math.min(...ratios.texts)).toBeGreaterThanOrEqual(4.5);
      expect(Math.min(...ratios.marks)).toBeGreaterThanOrEqual(3);
      await page.context().close();
    },
  );

  it("changes its ground with the color scheme, but prints dark on white in both", async () => {
    const grounds: string[] = [];
    for (const colorScheme of SCHEMES) {
      const { page } = await visit(pages.fixture, { ...DESKTOP, colorScheme });
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      grounds.push(await ground());
      await page.emulateMedia({ media: "print", colorScheme });
      expect(await ground()).toBe("rgb(255, 255, 255)");
      expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe("rgb(29, 28, 25)");
      expect(await page.locator("nav").isVisible()).toBe(false);
      await page.context().close();
    }
    expect(new Set(grounds).size).toBe(2);
  });

  it("prints on A4 in a few pages, nothing wider than the paper", async () => {
    const { page } = await visit(pages.fixture);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    const sheets = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
    expect(sheets.length).toBeGreaterThanOrEqual(4);
    expect(sheets.length).toBeLessThanOrEqual(9);
    // A4 is 595 × 842 points.
    for (const [, width, height] of sheets) {
      expect(Math.abs(Number(width) - 595)).toBeLessThan(1.5);
      expect(Math.abs(Number(height) - 842)).toBeLessThan(1.5);
    }
    await page.setViewportSize({ width: 680, height: 900 });
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(680);
    await page.context().close();
  });

  it("shows the simulated badge at the top and in every section", async () => {
    const { page } = await visit(pages.simulated);
    expect(await page.locator("header .badge").isVisible()).toBe(true);
    expect(await page.locator("main section h2 .badge").count()).toBe(
      await page.locator("main section").count(),
    );
    await page.context().close();
  });
});

describe("hostile data in a browser", () => {
  it.each([false, true])("stay text (with the page's own policy switched off: %s)", async (bypassCSP) => {
    const { page, complaints } = await visit(pages.hostile, { ...DESKTOP, bypassCSP });
    // Attributes that would have run something have run by now.
    await page.waitForTimeout(100);
    const found = await page.evaluate(() => ({
      owned: "owned" in window,
      elements: document.querySelectorAll("script, img, iframe, object, embed, form, base, link").length,
      styles: document.querySelectorAll("style").length,
      metas: document.querySelectorAll("meta").length,
      titles: document.querySelectorAll("head > title").length,
      targets: [...document.querySelectorAll("[href], [src], [action]")].map(
        (element) => element.getAttribute("href") ?? "other",
      ),
      handlers: [...document.querySelectorAll("*")].filter((element) =>
        [...element.attributes].some(({ name }) => name.startsWith("on") || name === "style"),
      ).length,
      sections: document.querySelectorAll("main > section").length,
      shown: getComputedStyle(document.body).display,
    }));
    expect({ ...found, targets: found.targets.filter((target) => !target.startsWith("#")) }).toEqual({
      owned: false,
      elements: 0,
      styles: 1,
      metas: 5,
      titles: 1,
      targets: [],
      handlers: 0,
      // What success costs among them.
      sections: 6,
      shown: "block",
    });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("are shown letter for letter", async () => {
    const { page } = await visit(pages.hostile);
    const questions = await page.locator("#mistakes blockquote .untrusted").allTextContents();
    for (const text of HOSTILE_TEXTS.slice(0, 8)) expect(questions).toContain(text);
    await page.context().close();
  });

  it("keep their own direction of writing, and long ones are cut and say so", async () => {
    const { page } = await visit(pages.hostile);
    const hebrew = page.locator('.untrusted:has-text("שלום")').first();
    expect(await hebrew.evaluate((element) => getComputedStyle(element).direction)).toBe("rtl");
    await unfold(page);
    const long = page.locator("#mistakes blockquote", { hasText: "long long" });
    expect(await long.innerText()).toContain("(cut, 10,000 characters in all)");
    expect((await long.innerText()).length).toBeLessThan(500);
    await page.context().close();
  });

  it("leave the page accessible", async () => {
    const { page } = await visit(pages.hostile);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });
});
