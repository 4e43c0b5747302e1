import { describe, expect, it } from "vitest";
import { EntryTrack } from "../../../../../src/core/listener/entries/entry-track.ts";

/** A listener that was looked at with so many waiting, in a new interval. */
function trackAt(length: number): EntryTrack {
  const track = new EntryTrack();
  track.looked(length);
  track.startInterval();
  return track;
}

function enter(track: EntryTrack, count: number, isShared = false): void {
  for (let entered = 0; entered < count; entered += 1) track.enter(isShared);
}

describe("EntryTrack", () => {
  it("bounds a burst that came and was taken between two looks", () => {
    const track = trackAt(2);
    enter(track, 5);
    track.looked(2);
    expect(track.interval()).toEqual({ entered: 5, isShared: false, peakAtMost: 7 });
  });

  it("begins anew from each look, as whoever was accepted until then waits no more", () => {
    const track = trackAt(0);
    for (let look = 0; look < 10; look += 1) {
      enter(track, 3);
      track.looked(0);
    }
    expect(track.interval()).toMatchObject({ entered: 30, peakAtMost: 3 });
  });

  it("does not count one twice that a look saw before it was told", () => {
    const track = trackAt(0);
    track.looked(4);
    enter(track, 4);
    track.looked(4);
    expect(track.interval()).toMatchObject({ entered: 4, peakAtMost: 4 });
  });

  it("bounds nothing once a queue grew by connections that no event told of", () => {
    const track = trackAt(0);
    track.looked(4);
    enter(track, 3);
    track.looked(4);
    expect(track.interval().peakAtMost).toBeNull();
    track.startInterval();
    enter(track, 1);
    track.looked(5);
    expect(track.interval().peakAtMost).toBeNull();
  });

  it("bounds nothing in an interval in which some were missed, and again from the next one on", () => {
    const track = trackAt(1);
    track.missed();
    enter(track, 2);
    track.looked(9);
    expect(track.interval()).toMatchObject({ entered: 2, peakAtMost: null });
    track.startInterval();
    enter(track, 2);
    expect(track.interval()).toMatchObject({ entered: 4, peakAtMost: 11 });
  });

  it("keeps what came since the last look for the interval that begins", () => {
    const track = trackAt(1);
    enter(track, 3);
    track.startInterval();
    expect(track.interval().peakAtMost).toBe(4);
  });

  it("says that some may be another listener's, for that interval", () => {
    const track = trackAt(0);
    enter(track, 1, true);
    expect(track.interval().isShared).toBe(true);
    track.startInterval();
    expect(track.interval().isShared).toBe(false);
  });

  it("tells a sample no more than fits, and the same object until something changes", () => {
    const track = trackAt(0);
    enter(track, 9);
    const told = track.tell("counted", 5);
    expect(told).toEqual({ entered: 9, verdict: "counted", peakAtMost: 5 });
    expect(track.tell("counted", 5)).toBe(told);
    expect(track.tell("at-most", 5)).toEqual({ ...told, verdict: "at-most" });
    expect(track.tell("unheard", 5)).toEqual({ entered: 9, verdict: "unheard", peakAtMost: null });
    enter(track, 1, true);
    expect(track.tell("counted", 5)).toEqual({ entered: 10, verdict: "at-most", peakAtMost: 5 });
    track.missed();
    expect(track.tell("counted", 5)).toEqual({ entered: 10, verdict: "unheard", peakAtMost: null });
  });
});
