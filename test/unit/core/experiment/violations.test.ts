/**
 * Beside each claim the traces that violate it: what another kernel, or a broken one, might have done.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import { checkClaims, EXPERIMENTS } from "../../../../src/core/experiment/index.ts";
import type { Trace, TracePacket } from "../../../../src/core/trace/index.ts";
import {
  type Change,
  calls,
  counter,
  later,
  packets,
  removed,
  samples,
  sockets,
} from "../../../support/changes.ts";
import { recorded } from "../../../support/recorded.ts";
import { CATALOGUE_VIOLATIONS } from "./catalogue-violations.ts";

/** In the wired experiments client 4 is the one that does not fit. */
const isOf4 = (packet: TracePacket) => packet.from.endsWith(":40004") || packet.to.endsWith(":40004");
const isSecondSynAck = (packet: TracePacket, trace: Trace) =>
  packet === trace.packets.filter((one) => isOf4(one) && one.flags === "S.")[1];
const isReset = (packet: TracePacket) => packet.flags.startsWith("R");

const VIOLATIONS: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Change>>>>>> = {
  ...CATALOGUE_VIOLATIONS,
  "overflow-drop": {
    limit: {
      "the kernel keeps another limit": samples((sample) => ({ ...sample, limit: 2 })),
      "somaxconn was lower": (trace) => ({
        ...trace,
        sysctls: { ...trace.sysctls, "net.core.somaxconn": 0 },
      }),
    },
    "holds-limit-plus-one": {
      "the queue holds no more than its limit": samples((sample) => ({
        ...sample,
        acceptQueue: Math.min(1, sample.acceptQueue),
      })),
      "the queue holds three once": (trace) => ({
        ...trace,
        samples: trace.samples.map((sample, place) => (place === 9 ? { ...sample, acceptQueue: 3 } : sample)),
      }),
    },
    "established-at-one-end": {
      "the client is SYN_SENT": sockets((row) =>
        row.host === "client" && row.local.endsWith(":40004") ? { ...row, state: "SYN_SENT" } : row,
      ),
      "the server is ESTABLISHED": sockets((row) =>
        row.state === "SYN_RECV" ? { ...row, state: "ESTABLISHED" } : row,
      ),
      "the server has no row": (trace) => ({
        ...trace,
        sockets: trace.sockets.filter((row) => row.state !== "SYN_RECV"),
      }),
    },
    "final-ack-dropped": {
      "the final ACK was lost on the wire": packets((packet) =>
        isOf4(packet) && packet.flags === "." && packet.at < 400 ? { ...packet, arrivedAt: null } : packet,
      ),
      "the request left the SYN queue": samples((sample) => ({ ...sample, synQueue: 0 })),
      "the SYN+ACK came again much later": later(isSecondSynAck, 500),
    },
    "syn-ack-again": {
      "a SYN+ACK came half a second late": later(isSecondSynAck, 500),
      "a SYN+ACK came early": later(isSecondSynAck, -100),
      "one more came between": (trace) => ({
        ...trace,
        packets: trace.packets.flatMap((packet) =>
          isSecondSynAck(packet, trace)
            ? [packet, { ...packet, at: packet.at + 300, number: 999 }]
            : [packet],
        ),
      }),
    },
    "data-resent": {
      "the data was sent once": (trace) => {
        const copies = trace.packets.filter((packet) => isOf4(packet) && packet.length === 82);
        return { ...trace, packets: trace.packets.filter((packet) => !copies.slice(1).includes(packet)) };
      },
      "the gaps do not grow": (trace) => {
        const copies = trace.packets.filter((packet) => isOf4(packet) && packet.length === 82);
        return packets((packet) =>
          copies.includes(packet)
            ? { ...packet, at: (copies[0]?.at ?? 0) + 250 * copies.indexOf(packet) }
            : packet,
        )(trace);
      },
    },
    "overflows-counted": {
      "the counter rose by one more": counter("ListenOverflows", 1),
      "the counter rose by one less": counter("ListenOverflows", -1),
      "this kernel has no such counter": (trace) => ({
        ...trace,
        counters: { ...trace.counters, after: { ...trace.counters.after, ListenOverflows: null } },
      }),
      "the recorder lost frames": (trace) => ({ ...trace, recording: { ...trace.recording, framesLost: 1 } }),
    },
    "served-in-the-end": {
      "the server never answered": removed((packet) => isOf4(packet) && packet.length === 130),
      "nothing was accepted": calls((call) =>
        call.call === "accept4" ? { ...call, result: "EAGAIN" } : call,
      ),
      "the queue stayed full": samples((sample) => ({ ...sample, acceptQueue: 2 })),
    },
  },
  "overflow-abort": {
    limit: { "the kernel keeps another limit": samples((sample) => ({ ...sample, limit: 2 })) },
    "holds-limit-plus-one": {
      "the queue holds no more than its limit": samples((sample) => ({
        ...sample,
        acceptQueue: Math.min(1, sample.acceptQueue),
      })),
    },
    "reset-answers-final-ack": {
      "the RST has an ACK flag": packets((packet) => (isReset(packet) ? { ...packet, flags: "R." } : packet)),
      "the RST has another number": packets((packet) =>
        isReset(packet) ? { ...packet, seq: packet.seq + 1 } : packet,
      ),
      "the RST comes a second later": later(isReset, 1000),
    },
    "client-sees-econnreset": {
      "it sees the end of the stream": calls((call) =>
        call.result === "ECONNRESET" ? { ...call, result: 0 } : call,
      ),
      "connect() itself failed": calls((call) =>
        call.call === "SO_ERROR" && call.actor === "client 4" ? { ...call, result: "ECONNRESET" } : call,
      ),
      "the RST was lost": packets((packet) => (isReset(packet) ? { ...packet, arrivedAt: null } : packet)),
    },
    "no-syn-ack-again": {
      "the SYN+ACK came again": (trace) => ({
        ...trace,
        packets: trace.packets.flatMap((packet) =>
          isOf4(packet) && packet.flags === "S."
            ? [packet, { ...packet, at: packet.at + 1000, number: 999 }]
            : [packet],
        ),
      }),
      "the recording ends at once": (trace) => ({
        ...trace,
        samples: trace.samples.filter((sample) => sample.at < 1000),
      }),
    },
    "reset-counted": {
      "the counter did not move": counter("EmbryonicRsts", -1),
      "it rose twice": counter("EmbryonicRsts", 1),
    },
    "overflows-counted": { "the counter rose by one more": counter("ListenOverflows", 1) },
    "others-served": {
      "client 3 got no answer": removed((packet) => packet.to.endsWith(":40003") && packet.length === 130),
    },
  },
  "overflow-loopback": {
    limit: { "the kernel keeps another limit": samples((sample) => ({ ...sample, limit: 2 })) },
    "syn-refused": {
      "a SYN+ACK answered it at once": (trace) => ({
        ...trace,
        packets: trace.packets.flatMap((packet) =>
          packet.flags === "S" && packet.from.endsWith(":40004") && packet.at < 500
            ? [
                packet,
                {
                  ...packet,
                  number: 999,
                  from: packet.to,
                  to: packet.from,
                  flags: "S.",
                  ack: packet.seq + 1,
                  at: packet.at + 0.01,
                  arrivedAt: packet.at + 0.01,
                },
              ]
            : [packet],
        ),
      }),
      "the queue had room": samples((sample) => ({ ...sample, acceptQueue: 1 })),
    },
    "syn-sent-at-one-end": {
      "the client is ESTABLISHED": sockets((row) =>
        row.state === "SYN_SENT" ? { ...row, state: "ESTABLISHED" } : row,
      ),
      "the server shows SYN_RECV, as on 3.10": (trace) => ({
        ...trace,
        sockets: trace.sockets.flatMap((row) =>
          row.state === "SYN_SENT"
            ? [
                row,
                { ...row, host: "server" as const, state: "SYN_RECV", local: row.remote, remote: row.local },
              ]
            : [row],
        ),
      }),
    },
    "syn-again": {
      "the SYNs double from the start": (trace) => ({
        ...trace,
        sysctls: { ...trace.sysctls, "net.ipv4.tcp_syn_linear_timeouts": 0 },
      }),
      "a SYN came half a second late": later(
        (packet) =>
          packet.flags === "S" && packet.from.endsWith(":40004") && packet.at > 1000 && packet.at < 1500,
        500,
      ),
    },
    "served-by-resent-syn": {
      "the server's program never answered": removed((packet) => isOf4(packet) && packet.length === 130),
      "nothing was accepted": calls((call) =>
        call.call === "accept4" ? { ...call, result: "EAGAIN" } : call,
      ),
    },
    "resent-syns-come-together": {
      "they come in different ticks": later(
        (packet) => packet.flags === "S" && packet.from.endsWith(":40008") && packet.at > 1000,
        8,
      ),
    },
    "silent-clients-hang": {
      "all of them get a place": samples((sample) =>
        sample.listener === "silent listener" ? { ...sample, limit: 5 } : sample,
      ),
      "they are reset": sockets((row) =>
        row.host === "client" && row.remote.endsWith(":8089") ? { ...row, state: "CLOSE" } : row,
      ),
    },
    "overflows-counted": { "the counter rose by one less": counter("ListenOverflows", -1) },
  },
  capacity: Object.fromEntries(
    [
      "fits-0",
      "fits-1",
      "fits-2",
      "fits-3",
      "fits-5",
      "fits-8",
      "fits-128",
      "fits-1000",
      "fits-minus-1",
      "fits-2-then-5",
      "fits-5-then-1",
    ].map((id) => [
      id,
      {
        "one fewer fits": samples((sample) => ({ ...sample, acceptQueue: sample.acceptQueue - 1 })),
        "another limit": samples((sample) => ({ ...sample, limit: sample.limit + 1 })),
        "the SYNs beyond were answered": removed((packet) => packet.flags === "S"),
      },
    ]),
  ),
};

describe.each(EXPERIMENTS.map((experiment) => [experiment.name, experiment] as const))(
  "%s",
  (name, experiment) => {
    const { scenario, trace } = recorded(name);

    for (const claim of experiment.claims) {
      const violations = Object.entries(VIOLATIONS[name]?.[claim.id] ?? {});

      it(`has a violation beside ${claim.id}`, () => expect(violations.length).toBeGreaterThan(0));

      it.each(violations)(`${claim.id} does not hold when %s`, (_words, change) => {
        const result = checkClaims(experiment, scenario, change(trace)).find((one) => one.id === claim.id);
        expect(result?.holds, result?.evidence.text).toBe(false);
      });
    }
  },
);
