import { afterAll, beforeAll, expect, test } from "vitest";
import { builtCli } from "../support/built-cli.ts";
import { checkFailingDiskCli } from "../support/collect-checks/failing-disk-cli.ts";
import { checkKeys } from "../support/collect-checks/keys.ts";
import { checkKilledAdaptive } from "../support/collect-checks/killed-adaptive.ts";
import { checkKilledAtRandom } from "../support/collect-checks/killed-at-random.ts";
import { scratchFolder } from "../support/collect-fixture.ts";

// The same checks as `npm run verify:collect`, a tenth of their size.

let folder: Awaited<ReturnType<typeof scratchFolder>>;
beforeAll(async () => {
  await builtCli();
  folder = await scratchFolder();
});
afterAll(() => folder.remove());

test("killed at random moments, nothing answered is lost or asked again", async () => {
  const { violations, figures } = await checkKilledAtRandom({ kills: 20, folder: folder.path });
  expect(violations).toEqual([]);
  expect(figures.requests).toBeGreaterThan(figures.calls!);
});

test.each(["halving", "bandit"] as const)(
  "killed at random moments, %s decides as if it had not been",
  async (strategy) => {
    const { violations, figures } = await checkKilledAdaptive({ strategy, kills: 6, folder: folder.path });
    expect(violations).toEqual([]);
    expect(figures.requests).toBeGreaterThan(figures.calls!);
    expect(figures.rounds).toBeGreaterThan(2);
  },
);

test("a disk that fails ends the command with exit code 1, and nothing is sent after it", async () => {
  const { violations, figures } = await checkFailingDiskCli({ step: 7, folder: folder.path });
  expect(violations).toEqual([]);
  expect(figures.failures).toBeGreaterThan(3);
});

test("a key stands in no output and no file, however the endpoint echoes it", async () => {
  const { violations, figures } = await checkKeys({ folder: folder.path });
  expect(violations).toEqual([]);
  expect(figures.outputs).toBeGreaterThan(20);
});
