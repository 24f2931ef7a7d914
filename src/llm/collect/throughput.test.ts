import { afterAll, beforeAll, expect, test } from "vitest";
import { checkThroughput } from "../../../test/support/collect-checks/throughput.ts";
import { scratchFolder } from "../../../test/support/collect-fixture.ts";

let folder: Awaited<ReturnType<typeof scratchFolder>>;
beforeAll(async () => {
  folder = await scratchFolder();
});
afterAll(() => folder.remove());

// How fast it is is measured by `npm run verify:collect`, on a machine with nothing else to do.
test("memory stays flat over ten thousand calls, each of which is made once", async () => {
  const { violations } = await checkThroughput({ calls: 10_000, holdsRate: false, folder: folder.path });
  expect(violations).toEqual([]);
}, 240_000);
