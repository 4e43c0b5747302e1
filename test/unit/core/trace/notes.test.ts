import { describe, expect, it } from "vitest";
import { type Trace, withNotes } from "../../../../src/core/trace/index.ts";
import { listenerOf, sample, traceOf } from "../../../support/traces.ts";

/** The notes by packet number; packets without one are left out. */
function notes(lines: readonly string[], rest: Partial<Trace>): Record<number, string> {
  const { packets } = withNotes(traceOf(lines, rest), listenerOf);
  return Object.fromEntries(packets.flatMap(({ number, note }) => (note === null ? [] : [[number, note]])));
}

describe("withNotes", () => {
  it("says how full the accept queue is after a handshake", () => {
    const lines = ["0 40001 > S", "20.1 40001 < S.", "40.2 40001 > ."];
    expect(notes(lines, { samples: [sample(0, 0, 1)] })).toEqual({
      3: "handshake complete: accept queue now 1 of 2",
    });
  });

  it("tells the dropped final ACK from the data and the ACKs dropped after it", () => {
    const lines = [
      "0 40001 > S",
      "20.1 40001 < S.",
      "40.2 40001 > .",
      "250.3 40001 > P. 82",
      "1020 40001 < S.",
      "1041 40001 > .",
    ];
    expect(notes(lines, { samples: [sample(0, 1, 1), sample(30, 2, 1)] })).toEqual({
      3: "final ACK dropped: accept queue 2 of 2",
      4: "data dropped: accept queue 2 of 2",
      5: "SYN+ACK again after 1.00 s",
      6: "ACK dropped: accept queue 2 of 2",
    });
  });

  it("says which SYN the full accept queue refused, and which one something else did", () => {
    const lines = ["0 40001 > S", "1000 40001 > S"];
    expect(notes(lines, { samples: [sample(0, 2, 1), sample(500, 0, 1, 3)] })).toEqual({
      1: "SYN refused: accept queue 2 of 2",
      2: "SYN again after 1.00 s; SYN not answered: SYN queue 3, limit 1",
    });
  });

  it("names the reset of tcp_abort_on_overflow, and the later ones for what they are", () => {
    const lines = [
      "0 40001 > S",
      "20.1 40001 < S.",
      "40.2 40001 > .",
      "60.3 40001 < R",
      "61 40001 > P. 82",
      "81.1 40001 < R",
    ];
    expect(notes(lines, { samples: [sample(0, 1, 1), sample(30, 2, 1)] })).toEqual({
      3: "final ACK dropped: accept queue 2 of 2",
      4: "reset: tcp_abort_on_overflow answers the refused final ACK",
      6: "reset: no request any more",
    });
  });

  it("does not call a reset without an overflow one of tcp_abort_on_overflow", () => {
    const lines = ["0 40001 > S", "20.1 40001 < S.", "40.2 40001 > .", "90 40001 < R."];
    expect(notes(lines, { samples: [sample(0, 0, 1)] })).toEqual({
      3: "handshake complete: accept queue now 1 of 2",
    });
  });

  it("says what was lost, and how long until it came again", () => {
    const lines = ["0 40001 > S lost", "1040 40001 > S", "1060.1 40001 < S."];
    expect(notes(lines, { samples: [sample(0, 0, 1)] })).toEqual({
      1: "lost on the wire",
      2: "SYN again after 1.04 s",
    });
  });

  it("keeps a note that is there, and changes nothing else", () => {
    const trace = traceOf(["0 40001 > S lost", "1040 40001 > S"]);
    const marked = { ...trace, packets: trace.packets.map((packet) => ({ ...packet, note: "mine" })) };
    expect(withNotes(marked, listenerOf)).toEqual(marked);
  });
});
