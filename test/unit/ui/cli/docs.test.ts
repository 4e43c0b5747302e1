import { describe, expect, it } from "vitest";
import { CAPTURE_CODES } from "../../../../src/core/findings/captures/capture-codes.ts";
import { LIVE_FINDINGS } from "../../../../src/core/findings/listeners/kinds.ts";
import { formatPage } from "../../../../src/core/report/layout/markdown-lines.ts";
import { plain } from "../../../../src/core/report/layout/paint.ts";
import { run } from "../../../../src/ui/cli/run.ts";
import { fakeIo } from "../../../fakes/io.ts";

async function docs(...args: string[]) {
  const io = fakeIo();
  const code = await run(["docs", ...args], io);
  return { code, ...io.written };
}

describe("listenq docs", () => {
  it.each([...Object.keys(LIVE_FINDINGS), ...Object.keys(CAPTURE_CODES)])(
    "has the page of %s",
    async (finding) => {
      const { code, stdout, stderr } = await docs(finding);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout.startsWith(`${finding}\n\n`)).toBe(true);
      expect(stdout).toContain("What to do");
      for (const line of stdout.split("\n").filter((one) => !/^ {4}|^\|/.test(one)))
        expect(line.length).toBeLessThanOrEqual(100);
    },
  );

  it("lists the codes, and names the nearest one", async () => {
    const { stdout } = await docs();
    expect(stdout.trim().split("\n")).toEqual(
      expect.arrayContaining([...Object.keys(LIVE_FINDINGS), ...Object.keys(CAPTURE_CODES)]),
    );
    const wrong = await docs("accept-queue-fulll");
    expect(wrong.stderr).toBe(
      "listenq: there is no finding accept-queue-fulll; did you mean accept-queue-full?\n",
    );
    expect(wrong.code).toBe(2);
  });
});

it("breaks paragraphs and lists, and leaves code alone", () => {
  const page =
    "# a-code\n\nOne two three four.\n\n- five six seven eight\n\n```\nss -lnt   sport = :80\n```\n";
  expect(formatPage(page, { width: 14, paint: plain })).toBe(
    "a-code\n\nOne two three\nfour.\n\n- five six\n  seven eight\n\n    ss -lnt   sport = :80\n",
  );
});
