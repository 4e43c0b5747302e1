import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LIVE_FINDINGS } from "../../../../../src/core/findings/listeners/kinds.ts";

/** The codes that the contract and observing.md name: never renamed, never dropped. */
const PROMISED = [
  "accept-queue-full",
  "accept-queue-was-full",
  "accept-queue-overflow",
  "syn-queue-full",
  "syn-cookies-sent",
  "last-quarter-drops",
  "drops-not-overflow",
  "nobody-accepts",
  "reuseport-member-stuck",
  "limit-clamped",
  "limit-stale",
  "abort-on-overflow-on",
  "limit-too-large",
  "pod-sysctl-differs",
  "unix-queue-full",
  "owner-at-fd-limit",
  "owner-not-running",
  "queue-holds-dead-clients",
  "listener-without-acceptor",
  "silent-client-after-cookie",
  "not-the-queue",
  "somaxconn-lowered",
];
const folder = new URL("../../../../../docs/findings/", import.meta.url);

describe("docs/findings", () => {
  it("has every code that was promised", () => {
    for (const code of PROMISED) expect(Object.keys(LIVE_FINDINGS)).toContain(code);
  });

  it.each(Object.keys(LIVE_FINDINGS))(
    "has a page for %s, with what it means, how it is seen and what to do",
    (code) => {
      expect(readdirSync(folder)).toContain(`${code}.md`);
      const page = readFileSync(new URL(`${code}.md`, folder), "utf8");
      expect(page.startsWith(`# ${code}\n`)).toBe(true);
      for (const heading of ["## How it is seen", "## What to do"]) expect(page).toContain(heading);
    },
  );
});
