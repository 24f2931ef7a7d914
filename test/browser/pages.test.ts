import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRunDirectory } from "../../src/data/index.ts";
import { trainRun } from "../../src/pipeline/index.ts";
import { pagesIn } from "../../src/serve/index.ts";
import { launchBrowser, requireBrowser } from "../support/browser.ts";
import { plantedQuestion, plantedRun } from "../support/planted-run.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";
import { runningService, type TestService } from "../support/serve/running-service.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DESKTOP = { viewport: { width: 1280, height: 860 } };
const TELEPHONE = { viewport: { width: 390, height: 844 } };
const HOSTILE = `<img src=x onerror="document.title='taken'"> <script>document.title="taken"</script> \u202Eevil`;

let browser: Browser | null = null;
let pages: string;
let service: TestService;

beforeAll(async () => {
  browser = await launchBrowser();
  if (browser === null) return;
  pages = join(await temporaryFolder(), "web");
  await build({
    configFile: join(PROJECT_ROOT, "web/vite.config.ts"),
    build: { outDir: pages, emptyOutDir: true },
  });
  const planted = await plantedRun({ questions: 200, effect: 0.55 });
  await trainRun(planted);
  const many = await manyQuestions(100_000);
  await trainRun(many, { rewardModel: "prompt-mean" });
  service = await runningService({ runs: [planted, many], findPage: await pagesIn(pages) });
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});
beforeEach((context) => requireBrowser(context));

/** A log of many questions, some of them hostile; of most only a few are labeled, which trains fast. */
async function manyQuestions(count: number): Promise<string> {
  const path = join(await temporaryFolder(), "many");
  const writer = await createRunDirectory(path);
  for (const id of ["brief", "<b>long</b>"])
    writer.addPrompt({ id, template: `Answer, ${id}: {{question}}`, split: "training" });
  let interactions = 0;
  for (let index = 0; index < count; index++) {
    const text = index === 1 ? HOSTILE : `${plantedQuestion(index % 600, index % 2 === 0)} Number ${index}.`;
    writer.addQuery({ id: `q${index}`, text });
    if (index < 400)
      for (const promptId of ["brief", "<b>long</b>"]) {
        interactions++;
        writer.addInteraction({
          ...{ queryId: `q${index}`, promptId, llm: "planted-llm", repetition: 0 },
          ...{ reward: index % (promptId === "brief" ? 3 : 2) === 0 ? 1 : 0, answer: `${HOSTILE} ${index}` },
        });
      }
    if (index % 1000 === 0) await writer.drain();
  }
  await writer.commit({
    task: "many",
    source: { kind: "planted", files: [], options: {} },
    counts: { queries: count, uniqueQueries: count, prompts: 2, interactions, skipped: 0 },
    llms: ["planted-llm"],
    simulated: true,
  });
  return path;
}

async function visit(
  address: string,
  options: BrowserContextOptions = DESKTOP,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser!.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(service.url) && !request.url().startsWith("data:"))
      complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`${service.url}/${address}`);
  return { page, complaints };
}

async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

test("all of it is small, gzipped", () => {
  const files = readdirSync(pages, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.\w+$/u.test(name),
  );
  const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(pages, name))).length, 0);
  expect(bytes).toBeLessThan(30_000);
});

describe("Try", () => {
  test("scores every prompt while a question is typed, and shows what to send and what is like it", async () => {
    const { page, complaints } = await visit("#try");
    await page.getByLabel("Question", { exact: true }).fill("What is number 3 of apples times some coins?");
    await page.getByText("Use product").waitFor();
    await page.getByLabel("Question", { exact: true }).pressSequentially("x", { delay: 5 });
    await page.getByLabel("Question", { exact: true }).fill("What is number 3 of apples plus some coins?");
    await page.getByText("Use sum").waitFor();
    expect(await page.locator("table.scores tr").count()).toBe(3);
    expect(await page.locator("tr.is-chosen th").innerText()).toContain("sum");
    const sent = await page.locator("figure pre").innerText();
    expect(sent).toBe("What is number 3 of apples plus some coins?\n\nAdd up carefully, step by step:");
    expect(await page.locator("ol.nearest > li").count()).toBe(8);
    const nearest = page.locator("ol.nearest > li").first();
    expect(await nearest.innerText()).toMatch(/plus some/u);
    expect(await nearest.locator(".outcomes > li").allInnerTexts()).toEqual([
      expect.stringMatching(/^product [✓✗]$/u),
      expect.stringMatching(/^sum [✓✗]$/u),
      expect.stringMatching(/^weak [✓✗]$/u),
    ]);
    expect(complaints).toEqual([]);
    expect((await service.get("/metrics").then((response) => response.text())).includes("oirl_choices")).toBe(
      false,
    );
  });

  test.each([
    ["light", DESKTOP],
    ["dark", DESKTOP],
    ["light", TELEPHONE],
    ["dark", TELEPHONE],
  ] as const)("%s, %o: readable by everybody, and not wider than the screen", async (colorScheme, size) => {
    const { page } = await visit("#try", { ...size, colorScheme });
    await page.getByLabel("Question", { exact: true }).fill("What is number 3 of apples times some coins?");
    await page.getByText("Use product").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });
});

describe("Log", () => {
  async function openMany(size: BrowserContextOptions = DESKTOP) {
    const visited = await visit("#log", size);
    await visited.page.getByLabel("Chooser").selectOption("many");
    await visited.page.getByText("100,000 of 100,000 questions").waitFor({ timeout: 60_000 });
    return visited;
  }

  test("100,000 questions scroll, with only the visible ones in the page, and texts stay texts", async () => {
    const { page, complaints } = await openMany();
    expect(await page.locator('[role="row"]').count()).toBeLessThan(60);
    expect(await page.title()).toBe("prompt-oirl");
    await page.getByText("<img src=x").waitFor();
    const grid = page.getByRole("grid");
    await grid.focus();
    await page.keyboard.press("End");
    await page.getByText("Number 99999.").waitFor();
    expect(await page.locator('[role="row"]').count()).toBeLessThan(60);
    await page.keyboard.press("Home");
    await page.getByText("Number 2.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("is searched, filtered and sorted", async () => {
    const { page } = await openMany();
    await page.getByLabel("Search").fill("4242. Number");
    await page.getByText("10 of 100,000 questions", { exact: true }).waitFor();
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Show").selectOption("where prompts differ");
    const shown = await page.locator("output").innerText();
    expect(Number(/^\d+/u.exec(shown)![0])).toBeGreaterThan(50);
    expect(await page.locator(".row .is-right").count()).toBe(await page.locator(".row .is-wrong").count());
    await page.getByLabel("Order").selectOption("right with brief first");
    const columns = await page.getByRole("columnheader").allInnerTexts();
    const first = page.locator(".row:not(.head)").first().getByRole("gridcell");
    expect(await first.nth(columns.indexOf("brief")).innerText()).toBe("✓");
  });

  test("a question's answers stand side by side, opened by the keyboard", async () => {
    const { page, complaints } = await openMany();
    await page.getByRole("grid").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const answers = page.getByRole("region", { name: "Answers" });
    await answers.getByText("evil 1").first().waitFor();
    expect(await answers.locator("dt").allInnerTexts()).toEqual([
      expect.stringContaining("brief"),
      expect.stringContaining("<b>long</b>"),
    ]);
    expect(await page.title()).toBe("prompt-oirl");
    expect(await accessibilityProblems(page)).toEqual([]);
    await answers.getByRole("button", { name: "Close" }).click();
    await expect.poll(() => answers.count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each(["light", "dark"] as const)(
    "%s, on a telephone: not wider than the screen",
    async (colorScheme) => {
      const { page } = await openMany({ ...TELEPHONE, colorScheme });
      await page.locator(".row:not(.head)").first().click();
      await page.getByRole("region", { name: "Answers" }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    },
  );
});

test("what is no page is not there, and a page may not be framed", async () => {
  for (const path of ["/../package.json", "/app/answers?chooser=many&query=-1", "/app/log?chooser=other"])
    expect((await service.get(path)).status).toBe(404);
  const policy = (await service.get("/")).headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
});
