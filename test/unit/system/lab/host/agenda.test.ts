import { afterEach, describe, expect, it } from "vitest";
import { Agenda } from "../../../../../src/system/lab/host/agenda.ts";

const opened: Agenda[] = [];

/** A started agenda on a real timerfd. */
function started(onError: (error: unknown) => void = fail): Agenda {
  const agenda = unstarted(onError);
  agenda.start();
  return agenda;
}

function unstarted(onError: (error: unknown) => void = fail): Agenda {
  const agenda = new Agenda(onError);
  opened.push(agenda);
  return agenda;
}

function fail(error: unknown): void {
  throw error;
}

function reached(agenda: Agenda, atMs: number): Promise<void> {
  return new Promise((resolve) => agenda.at(atMs, resolve));
}

afterEach(() => {
  for (const agenda of opened.splice(0)) agenda.close();
});

describe("Agenda", () => {
  it("keeps appointments in the order of their times, however they were made", async () => {
    const agenda = started();
    const kept: number[] = [];
    for (const atMs of [9, 3, 7, 1, 5, 8, 2, 6, 4]) agenda.at(atMs, () => kept.push(atMs));
    await reached(agenda, 10);
    expect(kept).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("keeps appointments for the same moment in the order in which they were made", async () => {
    const agenda = started();
    const kept: number[] = [];
    for (let place = 0; place < 100; place += 1) agenda.at(5, () => kept.push(place));
    await reached(agenda, 5);
    expect(kept).toEqual(Array.from({ length: 100 }, (_, place) => place));
  });

  it("is never early", async () => {
    const agenda = started();
    const early: number[] = [];
    const times = Array.from({ length: 50 }, (_, place) => 1 + place * 0.37);
    for (const atMs of times) agenda.at(atMs, () => early.push(agenda.now() - atMs));
    await reached(agenda, 21);
    expect(early.length).toBe(times.length);
    expect(Math.min(...early)).toBeGreaterThanOrEqual(0);
  });

  it("keeps an appointment in the past at once, but not before the caller returns", async () => {
    const agenda = started();
    let isKept = false;
    const kept = new Promise<void>((resolve) => {
      agenda.at(-1000, () => {
        isKept = true;
        resolve();
      });
    });
    expect(isKept).toBe(false);
    await kept;
  });

  it("keeps what an appointment makes while it is kept, also for the past and for now", async () => {
    const agenda = started();
    const kept: string[] = [];
    await new Promise<void>((resolve) => {
      agenda.at(2, () => {
        kept.push("first");
        agenda.at(0, () => kept.push("past"));
        agenda.at(agenda.now() + 1, () => {
          kept.push("later");
          resolve();
        });
      });
    });
    expect(kept).toEqual(["first", "past", "later"]);
  });

  it("lets a later appointment not delay an earlier one that is made after it", async () => {
    const agenda = started();
    const kept: string[] = [];
    agenda.at(60_000, () => kept.push("in a minute"));
    await reached(agenda, 3);
    expect(kept).toEqual([]);
  });

  it("gives what an appointment throws to onError, and keeps the others", async () => {
    const errors: unknown[] = [];
    const agenda = started((error) => errors.push(error));
    const mistake = new Error("mine");
    agenda.at(1, () => {
      throw mistake;
    });
    await reached(agenda, 1);
    expect(errors).toEqual([mistake]);
  });

  it("forgets everything when it is closed, also what would be kept in the same moment", async () => {
    const agenda = started();
    const other = started();
    const kept: string[] = [];
    agenda.at(1, () => {
      kept.push("first");
      agenda.close();
    });
    agenda.at(1, () => kept.push("same moment"));
    agenda.at(2, () => kept.push("later"));
    await reached(other, 6);
    agenda.at(0, () => kept.push("after the end"));
    await reached(other, other.now() + 3);
    expect(kept).toEqual(["first"]);
  });

  it("waits for its start, and counts from there", async () => {
    const agenda = unstarted();
    const other = started();
    const kept: number[] = [];
    agenda.at(0, () => kept.push(agenda.now()));
    agenda.at(1, () => kept.push(agenda.now()));
    await reached(other, 5);
    expect(kept).toEqual([]);
    agenda.start();
    await reached(agenda, 2);
    expect(kept.length).toBe(2);
    expect(kept[1]).toBeGreaterThanOrEqual(1);
  });

  it("starts without any appointment, and takes one afterwards", async () => {
    const agenda = started();
    await reached(agenda, 1);
    await reached(agenda, agenda.now() + 1);
  });

  it("tells an instant of the monotonic clock as milliseconds since the start", () => {
    const agenda = started();
    const before = agenda.sinceStart(process.hrtime.bigint());
    const now = agenda.now();
    const after = agenda.sinceStart(process.hrtime.bigint());
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(after);
  });
});
