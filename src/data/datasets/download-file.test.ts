import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AbortedError, DataError, IoError } from "../../errors.ts";
import { downloadFile } from "./download-file.ts";

const CONTENT = Buffer.from(Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join(""));
const FILE = {
  path: "a/b.txt",
  bytes: CONTENT.length,
  sha256: createHash("sha256").update(CONTENT).digest("hex"),
};

let folder: string;
let target: string;
let server: Server;
let url: string;
let ranges: (string | undefined)[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

/** Answers as a file server does, ranges included. */
function serve(request: IncomingMessage, response: ServerResponse, upTo: number = CONTENT.length): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": CONTENT.length - start,
    ...(start > 0 && { "content-range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` }),
  });
  if (upTo >= CONTENT.length) response.end(CONTENT.subarray(start));
  else response.write(CONTENT.subarray(start, upTo), () => setTimeout(() => response.destroy(), 20));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-download-"));
  target = join(folder, "deep", "b.txt");
  ranges = [];
  answer = serve;
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/b.txt`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const fetchIt = (): Promise<void> => downloadFile(url, FILE, { target, firstRetryDelayMs: 5 });

test("a file is fetched once, and kept", async () => {
  await fetchIt();
  expect((await readFile(target)).equals(CONTENT)).toBe(true);
  await fetchIt();
  expect(ranges).toEqual([undefined]);
  await writeFile(target, "damaged");
  await fetchIt();
  expect((await readFile(target)).equals(CONTENT)).toBe(true);
});

test("what broke off goes on where it was", async () => {
  answer = (request, response) => serve(request, response, ranges.length === 1 ? 100_000 : undefined);
  await fetchIt();
  expect(ranges).toHaveLength(2);
  expect(ranges[0]).toBeUndefined();
  expect(ranges[1]).toMatch(/^bytes=\d+-$/);
  expect(Number(ranges[1]!.slice(6, -1))).toBeLessThanOrEqual(100_000);
  expect((await readFile(target)).equals(CONTENT)).toBe(true);
  expect(await readdir(join(folder, "deep"))).toEqual(["b.txt"]);
});

test("a later call goes on too, also where the server does not know ranges", async () => {
  answer = (request, response) => serve(request, response, 50_000);
  await expect(fetchIt()).rejects.toBeInstanceOf(IoError);
  expect(await readdir(join(folder, "deep"))).toEqual(["b.txt.part"]);
  answer = (_request, response) => response.end(CONTENT);
  await fetchIt();
  expect((await readFile(target)).equals(CONTENT)).toBe(true);
});

test.each<readonly [string, typeof answer, unknown, RegExp, number]>([
  [
    "other content of the same length",
    (_request, response) => response.end(Buffer.alloc(CONTENT.length, "x")),
    DataError,
    /is not the published file: its SHA-256 is [0-9a-f]{64}, expected/,
    1,
  ],
  [
    "more than the file has",
    (_request, response) => response.end(Buffer.concat([CONTENT, CONTENT])),
    DataError,
    /is longer than the published file/,
    1,
  ],
  [
    "a missing file",
    (_request, response) => void response.writeHead(404).end(),
    IoError,
    /status 404.*--mirror/,
    1,
  ],
  [
    "a server in trouble",
    (_request, response) => void response.writeHead(503).end(),
    IoError,
    /status 503/,
    4,
  ],
])(
  "%s is refused, and nothing of it is taken for the file",
  async (_what, script, type, message, requests) => {
    answer = script;
    await expect(fetchIt()).rejects.toThrow(message);
    expect(ranges).toHaveLength(requests);
    await expect(fetchIt()).rejects.toBeInstanceOf(type);
    answer = serve;
    await fetchIt();
    expect((await readFile(target)).equals(CONTENT)).toBe(true);
  },
);

test("a server that falls silent is not waited for, and Ctrl-C ends it", async () => {
  answer = (_request, response) =>
    void response.writeHead(200, { "content-length": CONTENT.length }).write("line");
  const options = { target, firstRetryDelayMs: 1, idleTimeoutMs: 40 };
  await expect(downloadFile(url, FILE, options)).rejects.toThrow(/cannot be fetched/);
  const controller = new AbortController();
  const work = downloadFile(url, FILE, { target, signal: controller.signal });
  setTimeout(() => controller.abort(), 30);
  await expect(work).rejects.toBeInstanceOf(AbortedError);
});
