import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_ROOT } from "../support/project-root.ts";

test("who makes a temporary folder by hand removes it; others ask for one that is removed for them", () => {
  const leaving = ["src", "test"].flatMap((root) =>
    readdirSync(join(PROJECT_ROOT, root), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(root, name))
      .filter((file) => {
        const text = readFileSync(join(PROJECT_ROOT, file), "utf8");
        return /\bmkdtemp\(/.test(text) && !/\brm(Sync)?\([^)]*recursive/.test(text);
      }),
  );
  expect(leaving, "temporaryFolder() of test/support/temporary-folder.ts cleans up after itself").toEqual([]);
});
