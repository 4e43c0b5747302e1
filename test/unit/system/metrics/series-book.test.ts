import { describe, expect, it } from "vitest";
import { FOLDED_LABELS } from "../../../../src/system/metrics/series.ts";
import { SeriesBook, type SeriesPage } from "../../../../src/system/metrics/series-book.ts";
import { reading } from "./readings.ts";

const MANY = 100;
const ports = (page: SeriesPage): string[] =>
  page.series.map(({ labels }) => labels.port).sort((a, b) => a.localeCompare(b));
const byPort = (page: SeriesPage, port: number | "folded") =>
  page.series.find(({ labels }) => labels.port === String(port));

describe("sockets with equal labels", () => {
  const idle = reading(80, { id: "a", length: 0, peak: 0, drops: { "accept-queue-full": 1 } });
  const stuck = reading(80, { id: "b", length: 5, peak: 5, drops: { "accept-queue-full": 2 } });

  it("are one series that shows the fullest and counts the drops of all", () => {
    const { series, sockets, folded } = new SeriesBook(MANY).update([idle, stuck]);
    expect(series).toHaveLength(1);
    expect(series[0]).toMatchObject({ sockets: 2, length: 5, peak: 5, drops: { "accept-queue-full": 3 } });
    expect({ sockets, folded }).toEqual({ sockets: 2, folded: 0 });
  });

  it("are full for the time of one, not for the sum, when both are full at once", () => {
    const book = new SeriesBook(MANY);
    book.update([idle, stuck]);
    const page = book.update([
      { ...idle, fullMs: 900 },
      { ...stuck, fullMs: 1_000 },
    ]);
    expect(byPort(page, 80)?.fullSeconds).toBe(1);
  });

  it("have an unknown SYN queue as soon as one is unknown", () => {
    const page = new SeriesBook(MANY).update([idle, { ...stuck, synQueueLength: null }]);
    expect(byPort(page, 80)?.synQueueLength).toBeNull();
    expect(
      byPort(new SeriesBook(MANY).update([{ ...idle, synQueueLength: 2 }, stuck]), 80)?.synQueueLength,
    ).toBe(2);
  });

  it("keep what a member counted when it ends", () => {
    const book = new SeriesBook(MANY);
    book.update([idle, stuck]);
    const page = book.update([{ ...idle, drops: { ...idle.drops, "accept-queue-full": 4 } }]);
    expect(byPort(page, 80)).toMatchObject({ sockets: 1, drops: { "accept-queue-full": 6 } });
  });
});

describe("the bound", () => {
  it("folds whoever is beyond it into one series that shows the fullest of them", () => {
    const page = new SeriesBook(2).update([
      reading(1),
      reading(2),
      reading(3, { limit: 9, capacity: 10 }),
      reading(4),
    ]);
    expect(ports(page)).toEqual(["1", "2", "folded"]);
    expect(byPort(page, "folded")).toMatchObject({ labels: FOLDED_LABELS, sockets: 2 });
    expect(page.folded).toBe(2);
  });

  it("gives a series to one that fills, and takes it from one that never did", () => {
    const book = new SeriesBook(2);
    book.update([reading(1), reading(2), reading(3)]);
    const page = book.update([reading(1), reading(2), reading(3, { length: 1, peak: 1 })]);
    expect(ports(page)).toEqual(["1", "3", "folded"]);
    // It keeps it when it is empty again: a series that comes and goes is no series.
    expect(ports(book.update([reading(1), reading(2), reading(3)]))).toEqual(["1", "3", "folded"]);
  });

  it("does not count again what a listener had when it moves between series", () => {
    const book = new SeriesBook(1);
    book.update([reading(1, { peak: 1, drops: { unknown: 7 } }), reading(2)]);
    const before = book.update([reading(1, { peak: 1, drops: { unknown: 7 } }), reading(2)]);
    expect(byPort(before, 1)?.drops.unknown).toBe(7);
    expect(byPort(before, "folded")?.drops.unknown).toBe(0);
    const moved = book.update([reading(2), reading(3), reading(1, { drops: { unknown: 8 } })]);
    expect(byPort(moved, 1)?.drops.unknown).toBe(8);
  });

  it("lets a listener's own series begin with all that the kernel counted, under its first name or its second", () => {
    const drops = { "accept-queue-full": 7 };
    const promoted = new SeriesBook(1);
    promoted.update([reading(1), reading(2)]);
    const filled = promoted.update([reading(1), reading(2, { drops })]);
    expect(byPort(filled, 2)?.drops).toMatchObject(drops);
    const before = reading(2, { drops });
    const renamed = { ...before, labels: { ...before.labels, process: "web: worker" } };
    const named = new SeriesBook(1);
    named.update([before]);
    expect(named.update([renamed]).series).toMatchObject([{ labels: { process: "web: worker" }, drops }]);
  });

  it("shows no series of nobody once there is room again", () => {
    const book = new SeriesBook(1);
    book.update([reading(1), reading(2)]);
    expect(ports(book.update([reading(2)]))).toEqual(["2"]);
  });
});
