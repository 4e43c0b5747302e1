import { describe, expect, it } from "vitest";
import { synQueueLengths } from "../../../../src/core/listener/syn-queue-lengths.ts";
import { listenerRow, requestRow } from "./rows.ts";

describe("synQueueLengths", () => {
  it("gives a wildcard listener the requests to any address of its family", () => {
    const listeners = [
      listenerRow({ address: "0.0.0.0", port: 80 }),
      listenerRow({ address: "0.0.0.0", port: 81 }),
    ];
    const requests = [requestRow("10.0.0.1", 80), requestRow("10.0.0.2", 80), requestRow("::1", 80)];
    expect(synQueueLengths(listeners, requests)).toEqual([2, 0]);
  });

  it("prefers the exact address to the wildcard", () => {
    const listeners = [listenerRow({ address: "0.0.0.0" }), listenerRow({ address: "10.0.0.1" })];
    expect(synQueueLengths(listeners, [requestRow("10.0.0.1", 80), requestRow("10.0.0.2", 80)])).toEqual([
      1, 1,
    ]);
  });

  it("gives a dual-stack listener its IPv4 clients, which are IPv6 rows, and an IPv6-only one none of them", () => {
    const mapped = [requestRow("::ffff:10.0.0.1", 80)];
    expect(synQueueLengths([listenerRow({ address: "::", v6only: false })], mapped)).toEqual([1]);
    expect(synQueueLengths([listenerRow({ address: "::", v6only: true })], mapped)).toEqual([0]);
  });

  it("knows that a reuseport group without requests has none, and not whose they are if there are some", () => {
    const group = [listenerRow(), listenerRow(), listenerRow({ port: 81 })];
    expect(synQueueLengths(group, [])).toEqual([0, 0, 0]);
    expect(synQueueLengths(group, [requestRow("10.0.0.1", 80)])).toEqual([null, null, 0]);
  });

  it("prefers the listener bound to the request's device and never takes one bound to another", () => {
    const listeners = [listenerRow(), listenerRow({ interfaceIndex: 2 }), listenerRow({ interfaceIndex: 3 })];
    expect(synQueueLengths(listeners, [requestRow("10.0.0.1", 80, { interfaceIndex: 2 })])).toEqual([
      0, 1, 0,
    ]);
    expect(synQueueLengths(listeners, [requestRow("10.0.0.1", 80)])).toEqual([1, 0, 0]);
  });

  it("drops requests whose listener is gone", () => {
    expect(synQueueLengths([listenerRow()], [requestRow("10.0.0.1", 8080)])).toEqual([0]);
  });
});
