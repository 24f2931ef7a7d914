import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { ConfigError } from "../../errors.ts";
import { loadLibrary } from "./load-library.ts";

test("what is no library is refused, saying which file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oirl-load-"));
  try {
    const path = join(folder, "not-a-library.so");
    await writeFile(path, "text");
    const loading = loadLibrary("Planter", path, "LastError");
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow(/not-a-library\.so cannot be loaded as Planter/u);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("without koffi the message says what to install", async () => {
  vi.doMock("koffi", () => {
    throw new Error("Cannot find package 'koffi'");
  });
  try {
    const loading = loadLibrary("Planter", "/planter.so", "LastError");
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow(/Planter.*npm install koffi/u);
  } finally {
    vi.doUnmock("koffi");
  }
});
