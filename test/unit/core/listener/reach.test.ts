import { expect, it } from "vitest";
import { limitedReach } from "../../../../src/core/listener/reach.ts";

const on = (address: string, v6only: boolean | null = null) => ({ address, v6only });

it.each([
  [[on("127.0.0.1")], "on 127.0.0.1 only"],
  [[on("::1", true), on("127.0.0.1")], "on 127.0.0.1 and ::1 only"],
  [[on("10.0.0.1"), on("10.0.0.1"), on("127.0.0.1"), on("::1")], "on 10.0.0.1, 127.0.0.1 and ::1 only"],
  [[on("0.0.0.0")], "for IPv4 only"],
  [[on("::", true)], "for IPv6 only"],
  [[on("0.0.0.0"), on("::1")], "for IPv4 only, and on ::1"],
  [[on("::", false)], null],
  [[on("0.0.0.0"), on("::", true)], null],
  [[], null],
])("says whom the listeners of a port leave out: %j", (listeners, words) => {
  expect(limitedReach(listeners)).toBe(words);
});
