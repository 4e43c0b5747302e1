import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { download } from "../../../scripts/museum/archive/download.ts";

const WHOLE = "0123456789";
const { signal } = new AbortController();

/** A folder, and a server whose answers a test gives. */
async function archive(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "listenq-download-"));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  return { file: join(folder, "package.deb"), url: `http://127.0.0.1:${port}/package.deb`, ranges };
}

/** Answers ranges as Debian's servers do. */
function withRanges(request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from >= WHOLE.length) response.writeHead(416).end();
  else response.writeHead(from > 0 ? 206 : 200).end(WHOLE.slice(from));
}

it("goes on with a part that is there", async () => {
  const { file, url, ranges } = await archive(withRanges);
  writeFileSync(`${file}.part`, WHOLE.slice(0, 4));
  await download(url, file, signal);
  expect(readFileSync(file, "utf8")).toBe(WHOLE);
  expect(ranges).toEqual(["bytes=4-"]);
});

it("keeps what came of a download that breaks off, and goes on with it", async () => {
  let isFirst = true;
  const { file, url, ranges } = await archive((request, response) => {
    if (!isFirst) return withRanges(request, response);
    isFirst = false;
    response.writeHead(200, { "content-length": String(WHOLE.length) });
    response.write(WHOLE.slice(0, 6), () => response.destroy());
  });
  await expect(download(url, file, signal)).rejects.toThrow();
  expect(existsSync(file)).toBe(false);
  await download(url, file, signal);
  expect(readFileSync(file, "utf8")).toBe(WHOLE);
  expect(ranges[0]).toBeUndefined();
});

it("begins again where the server has no ranges, and where the part is too long", async () => {
  const plain = await archive((_request, response) => response.writeHead(200).end(WHOLE));
  writeFileSync(`${plain.file}.part`, "other");
  await download(plain.url, plain.file, signal);
  expect(readFileSync(plain.file, "utf8")).toBe(WHOLE);
  const ranged = await archive(withRanges);
  writeFileSync(`${ranged.file}.part`, `${WHOLE}${WHOLE}`);
  await download(ranged.url, ranged.file, signal);
  expect(readFileSync(ranged.file, "utf8")).toBe(WHOLE);
});

it("says what the server said", async () => {
  const { file, url } = await archive((_request, response) => response.writeHead(404).end());
  await expect(download(url, file, signal)).rejects.toThrow(/package\.deb: 404/);
});
