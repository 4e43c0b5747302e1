import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { LIVE_FINDINGS } from "../../../../../src/core/findings/listeners/kinds.ts";
import { SITUATIONS, situationTable } from "../../../../support/situations.ts";

const PAGE = new URL("../../../../../docs/why.md", import.meta.url);
const MARKS = /(<!-- situations -->\n)[\s\S]*?(<!-- \/situations -->)/;

/** LISTENQ_WRITE_DOCS=1 writes the table. */
it("docs/why.md has the table of the situations that are tested", () => {
  const page = readFileSync(PAGE, "utf8");
  const expected = page.replace(
    MARKS,
    (_, begin: string, end: string) => `${begin}${situationTable()}\n${end}`,
  );
  if (process.env["LISTENQ_WRITE_DOCS"] === "1") writeFileSync(PAGE, expected);
  expect(readFileSync(PAGE, "utf8")).toBe(expected);
  expect(page).toMatch(MARKS);
});

it("each verdict of a situation is a finding that there is", () => {
  for (const { verdict } of SITUATIONS) expect(Object.keys(LIVE_FINDINGS)).toContain(verdict);
});
