import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkTargets } from "../documentation/markdown.ts";
import { type InstalledPackage, installPackage } from "../support/installed-package.ts";
import { npmEnvironment } from "../support/npm-environment.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";

const run = promisify(execFile);

let installed: InstalledPackage;
let packing: string;
let consumer: string;
let packedFiles: readonly string[];

const environment = npmEnvironment();

beforeAll(async () => {
  installed = await installPackage();
  ({ packing, consumer, packedFiles } = installed);
}, 300_000);

afterAll(() => installed?.remove());

/** What TypeScript says of a program that uses the installed package, or "" where all is well. */
async function typeComplaints(file: string): Promise<string> {
  const config = `tsconfig-${file}.json`;
  const nodeTypes = join(PROJECT_ROOT, "node_modules/@types");
  await writeFile(
    join(consumer, config),
    JSON.stringify({
      compilerOptions: {
        ...{ strict: true, noEmit: true, target: "es2022", module: "nodenext" },
        // The AI SDK's own types want a package of types that it does not bring.
        skipLibCheck: file === "use-ai-sdk.ts",
        ...{ types: file === "use.ts" ? [] : ["node"], typeRoots: [nodeTypes] },
      },
      files: [file],
    }),
  );
  const tsc = join(PROJECT_ROOT, "node_modules/typescript/bin/tsc");
  return run(process.execPath, [tsc, "--project", config], { cwd: consumer }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

describe("the tarball", () => {
  test("holds what users need", () => {
    expect(packedFiles).toEqual(
      expect.arrayContaining([
        ...[
          "dist/cli.mjs",
          "dist/web/index.html",
          "dist/index.mjs",
          "dist/index.d.mts",
          ...["ai-sdk", "chooser", "collect", "formats", "trees"].flatMap((name) => [
            `dist/${name}.mjs`,
            `dist/${name}.d.mts`,
          ]),
          ...["questions.jsonl", "prompts.yaml", "answers.jsonl", "README.md"].map((name) => `demo/${name}`),
        ],
        ...["README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "package.json"],
      ]),
    );
  });

  test("holds nothing else", () => {
    const unexpected = packedFiles.filter(
      (path) =>
        !/^(?:(?:dist|demo|docs|examples|benchmarks\/results)\/|(?:README|benchmarks\/README|CHANGELOG|CONTRIBUTING)\.md$|LICENSE$|CITATION\.cff$|package\.json$)/u.test(
          path,
        ),
    );
    expect(unexpected).toEqual([]);
    expect(packedFiles.filter((path) => /\.test\.|fixture/u.test(path))).toEqual([]);
  });

  test("its command line can be called in the package's own folder", async () => {
    const { stdout } = await run("npx", ["--no-install", "oirl", "--version"], {
      cwd: packing,
      env: environment,
    });
    expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/u);
  });

  test("has what its pages link to", () => {
    const broken = packedFiles
      .filter((path) => path.endsWith(".md"))
      .flatMap((path) =>
        linkTargets(readFileSync(join(packing, path), "utf8"))
          .filter((target) => !/^(?:https?:|#)/u.test(target))
          .map((target) => [path, normalize(join(dirname(path), target.split("#")[0]!))] as const),
      )
      .filter(([, target]) => !packedFiles.some((path) => path === target || path.startsWith(`${target}/`)));
    expect(broken).toEqual([]);
  });

  test("names no folder of the machine it was built on", async () => {
    for (const path of packedFiles) {
      const text = await readFile(join(consumer, "node_modules/prompt-oirl", path), "utf8");
      expect(text.includes(PROJECT_ROOT), path).toBe(false);
    }
  });
});

describe("installed elsewhere", () => {
  test("the demo runs, offline, on the answers of a real LLM", async () => {
    const { stdout } = await run("npx", ["--no-install", "prompt-oirl", "demo", "--json"], {
      cwd: consumer,
      env: { ...environment, npm_config_offline: "true" },
    });
    const result = JSON.parse(stdout);
    expect(result.import.queries).toBeGreaterThan(400);
    expect(result.strategies.map(({ name }: { name: string }) => name)).toContain("argmax");
    expect((await stat(join(consumer, "prompt-oirl-demo/report.html"))).size).toBeGreaterThan(10_000);
  });

  test("its run serves the library", async () => {
    const program = `import { loadChooser } from "prompt-oirl";
      const chooser = await loadChooser("prompt-oirl-demo");
      console.log(JSON.stringify(chooser.recommend("What is the capital of Atlantis?")));`;
    await writeFile(join(consumer, "use.mjs"), program);
    const { stdout } = await run(process.execPath, ["use.mjs"], { cwd: consumer, env: environment });
    const recommendation = JSON.parse(stdout);
    expect(recommendation.prompt.length).toBeGreaterThan(0);
    expect(recommendation.score).toBeGreaterThan(0);
  });

  test("both names of the command line answer", async () => {
    for (const name of ["oirl", "prompt-oirl"]) {
      const { stdout } = await run("npx", ["--no-install", name, "--version"], {
        cwd: consumer,
        env: environment,
      });
      expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/u);
    }
  });

  test("brings at most sixty packages", async () => {
    const lock = JSON.parse(await readFile(join(consumer, "node_modules/.package-lock.json"), "utf8"));
    expect(Object.keys(lock.packages).length).toBeLessThanOrEqual(60);
  });

  test.each(["ai-sdk", "chooser", "collect", "formats", "trees"])(
    "prompt-oirl/%s loads, and its page's example is right",
    async (name) => {
      const page = await readFile(join(packing, `docs/library/${name}.md`), "utf8");
      const [, example] = /^```ts\n(.*?)^```/msu.exec(page)!;
      await writeFile(join(consumer, `use-${name}.ts`), example!);
      await writeFile(
        join(consumer, `load-${name}.mjs`),
        `import * as entry from "prompt-oirl/${name}"; console.log(Object.keys(entry).length);`,
      );
      const { stdout } = await run(process.execPath, [`load-${name}.mjs`], {
        cwd: consumer,
        env: environment,
      });
      expect(Number(stdout)).toBeGreaterThan(1);
      expect(await typeComplaints(`use-${name}.ts`)).toBe("");
    },
  );

  test("its types resolve", async () => {
    await writeFile(
      join(consumer, "use.ts"),
      `import { type Chooser, evaluateRun, loadChooser } from "prompt-oirl";
      const chooser: Chooser = await loadChooser("prompt-oirl-demo");
      export const score: number = chooser.recommend("question").score;
      // @ts-expect-error a question is a text
      chooser.recommend(42);
      export const lower: number | undefined = (await evaluateRun("run", { protocol: "nested" })).strategies[0]?.ci95?.[0];`,
    );
    expect(await typeComplaints("use.ts")).toBe("");
  });

  test("installs nothing that compiles or downloads", async () => {
    const modules = join(consumer, "node_modules");
    const withScripts: string[] = [];
    for (const name of await readdir(modules)) {
      const manifest = await readFile(join(modules, name, "package.json"), "utf8").catch(() => "{}");
      const { scripts = {} } = JSON.parse(manifest) as { scripts?: Record<string, string> };
      if (["preinstall", "install", "postinstall"].some((stage) => stage in scripts)) withScripts.push(name);
    }
    expect(withScripts).toEqual([]);
  });
});
