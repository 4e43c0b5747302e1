import { getEventListeners, once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { metrics as otel } from "@opentelemetry/api";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listListeners, ownListeners } from "../../../../src/index.ts";
import {
  type ObservableMeter,
  type ObservableResult,
  observeListeners,
} from "../../../../src/opentelemetry.ts";
import { registerListenerMetrics } from "../../../../src/prometheus.ts";

describe.skipIf(process.platform !== "linux")("a program's own listeners", () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer().listen({ host: "127.0.0.1", port: 0, backlog: 7 });
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    server.close();
  });

  it("are found without asking anybody else, and are gone when they are closed", async () => {
    const own = (await ownListeners()).find((one) => one.port === port);
    expect(own).toMatchObject({
      acceptQueue: { length: 0, limit: 7, capacity: 8 },
      process: { pid: process.pid },
    });
    expect((await listListeners()).listeners.some((one) => one.port === port)).toBe(true);
    server.close();
    await once(server, "close");
    expect((await ownListeners()).some((one) => one.port === port)).toBe(false);
  });

  it("are not looked at for whoever has aborted", async () => {
    await expect(listListeners({ signal: AbortSignal.abort() })).rejects.toThrow("abort");
    await expect(ownListeners({ signal: AbortSignal.abort() })).rejects.toThrow("abort");
    expect(() => registerListenerMetrics(new Registry(), { signal: AbortSignal.abort() })).toThrow("abort");
  });

  it("are metrics in the program's own registry, twice in one never", async () => {
    const registry = new Registry();
    const metrics = registerListenerMetrics(registry);
    const text = await registry.metrics();
    expect(text).toMatch(new RegExp(`^listenq_accept_queue_limit\\{[^}]*port="${port}"[^}]*\\} 7$`, "m"));
    expect(() => registerListenerMetrics(registry)).toThrow("already been registered");
    metrics.close();
  });

  it("are observable instruments of any meter, until closed", () => {
    // The real API's meter must fit the type; without an SDK it does nothing.
    const real: ObservableMeter = otel.getMeter("test");
    observeListeners(real).close();
    const { meter, collect } = fakeMeter();
    const metrics = observeListeners(meter);
    expect(collect("listenq.accept_queue.limit")).toContainEqual([
      7,
      expect.objectContaining({ port: `${port}` }),
    ]);
    metrics.close();
    expect(collect("listenq.accept_queue.limit")).toEqual([]);
  });

  it("end with a signal as they do with close(), and leave nothing on it", () => {
    const { meter, collect } = fakeMeter();
    const controller = new AbortController();
    const { signal } = controller;
    observeListeners(meter, { signal });
    controller.abort();
    expect(collect("listenq.accept_queue.limit")).toEqual([]);
    const lasting = new AbortController();
    observeListeners(fakeMeter().meter, { signal: lasting.signal }).close();
    expect(getEventListeners(lasting.signal, "abort")).toEqual([]);
  });
});

function fakeMeter() {
  const callbacks = new Map<string, Set<(result: ObservableResult) => void>>();
  const create = (name: string) => {
    const own = new Set<(result: ObservableResult) => void>();
    callbacks.set(name, own);
    return {
      addCallback: (callback: (result: ObservableResult) => void) => void own.add(callback),
      removeCallback: (callback: (result: ObservableResult) => void) => void own.delete(callback),
    };
  };
  const collect = (name: string) => {
    const seen: [number, Record<string, string> | undefined][] = [];
    for (const callback of callbacks.get(name) ?? [])
      callback({ observe: (value, attributes) => void seen.push([value, attributes]) });
    return seen;
  };
  return { meter: { createObservableGauge: create, createObservableCounter: create }, collect };
}
