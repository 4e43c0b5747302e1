/**
 * The playground as static files stays small: what it weighs is what a visitor waits for.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";

const MOST_BYTES = 200_000;
const folder = mkdtempSync(join(tmpdir(), "listenq-playground-"));

describe("npm run build:playground", () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it(`makes at most ${MOST_BYTES / 1000} kB, gzipped, with the model and explain`, () => {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/build-web.mjs", folder], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const names = readdirSync(folder).filter((name) => name !== "LICENSES.txt");
    expect(names).toEqual(expect.arrayContaining(["index.html", "page.js", "style.css", "worker.js"]));
    const sizes = names.map((name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length);
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    expect(whole, `${names} ${sizes}`).toBeLessThanOrEqual(MOST_BYTES);
    // All of it: model and explain are no stubs.
    expect(whole).toBeGreaterThan(100_000);
  });
});
