/**
 * The live commands by kernel.
 *
 * @module
 */
import type { LiveResult } from "../results/live-result.ts";
import { table } from "./markdown.ts";

/** The checks by kernel, and what was found where one is not right. */
export function livePart(results: readonly LiveResult[]): string[] {
  if (results.length === 0) return ["Not run on any kernel yet."];
  const abouts = [...new Set(results.flatMap(({ checks }) => checks.map(({ about }) => about)))];
  const rows = abouts.map((about) => [
    about,
    ...results.map(({ checks }) => {
      const one = checks.find((check) => check.about === about);
      return one === undefined ? "not run" : one.isRight ? "right" : "**not right**";
    }),
  ]);
  const wrong = results.flatMap(({ kernel, checks }) =>
    checks.flatMap(({ about, isRight, found }) => (isRight ? [] : [`- ${kernel}: ${about}: found ${found}`])),
  );
  return [
    ...table(["", ...results.map(({ kernel }) => kernel)], rows),
    ...(wrong.length > 0 ? ["", ...wrong] : []),
  ];
}
