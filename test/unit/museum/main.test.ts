import { afterEach, expect, it, vi } from "vitest";
import { runMuseum } from "../../../scripts/museum/main.ts";

const PROGRAMS = { programs: "none" };

afterEach(() => vi.restoreAllMocks());

/** The exit code of a command line that is wrong, and what was said. */
async function refused(...args: string[]): Promise<{ code: number; said: string }> {
  const write = vi.spyOn(process.stderr, "write").mockReset().mockReturnValue(true);
  const code = await runMuseum(args, PROGRAMS);
  return { code, said: write.mock.calls.map(([words]) => String(words)).join("") };
}

it.each(["", "nonsense", "lab nonsense", "lab --nonsense"])("shows its usage for %j", async (line) => {
  const { code, said } = await refused(...line.split(" ").filter(Boolean));
  expect(code).toBe(2);
  expect(said).toContain("usage: npm run museum -- COMMAND...");
});

it("refuses a kernel that is not in the table, and a number that is none", async () => {
  expect(await refused("lab", "--kernels", "4.19")).toMatchObject({
    code: 2,
    said: expect.stringContaining("no kernel 4.19 in the museum"),
  });
  expect(await refused("lab", "--guests", "0")).toMatchObject({
    code: 2,
    said: "museum: --guests must be a whole number from 1, got 0\n",
  });
});
