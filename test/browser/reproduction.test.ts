import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { renderReproduction } from "../../src/report/index.ts";
import { launchBrowser, requireBrowser } from "../support/browser.ts";
import { hostileReproduction, reproductionFixture } from "../support/reproduction-fixture.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser | null = null;
let folder = "";
const urls = new Map<string, string>();

beforeAll(async () => {
  browser = await launchBrowser();
  if (browser === null) return;
  folder = await mkdtemp(join(tmpdir(), "oirl-reproduction-"));
  for (const [name, data] of [
    ["fixture", reproductionFixture()],
    ["hostile", hostileReproduction()],
  ] as const) {
    const file = join(folder, `${name}.html`);
    await writeFile(file, renderReproduction(data));
    urls.set(name, pathToFileURL(file).href);
  }
});

afterAll(async () => {
  await browser?.close();
  if (folder !== "") await rm(folder, { recursive: true });
});

beforeEach((context) => requireBrowser(context));

describe.for([
  ["fixture", 1280, "light"],
  ["fixture", 390, "dark"],
  ["hostile", 1280, "light"],
  ["hostile", 390, "light"],
] as const)("%s, %i pixels wide, %s", ([name, width, colorScheme]) => {
  test("runs no script, asks for nothing, does not overflow and is accessible", async () => {
    const context = await browser!.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (request.url() !== urls.get(name)) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(urls.get(name)!, { waitUntil: "load" });
    expect(complaints).toEqual([]);
    const seen = await page.evaluate(() => ({
      owned: "owned" in globalThis,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      charts: document.querySelectorAll("figure.chart").length,
    }));
    expect(seen).toEqual({ owned: false, overflow: 0, charts: 2 });
    await page.evaluate(AXE);
    const problems = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: {
          run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
        };
      };
      const { violations } = await axe.run({
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
      });
      return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
    });
    expect(problems).toEqual([]);
    await context.close();
  });
});
