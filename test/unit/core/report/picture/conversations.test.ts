import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Conversation,
  groupsOf,
  longestWaiting,
} from "../../../../../src/core/report/picture/conversation.ts";
import { conversationsOfTrace } from "../../../../../src/core/report/picture/conversations-of-trace.ts";
import { drawnCapture, fixtureCapture, reportedRun } from "../../../../support/drawn.ts";

const { scenario, trace } = reportedRun("overflow-drop");
const conversations = conversationsOfTrace(scenario, trace);
const named = (client: string) => conversations.find((one) => one.client === client) as Conversation;

describe("conversationsOfTrace()", () => {
  it("puts the client that a full queue kept out first, and the others after it", () => {
    expect(
      groupsOf(conversations).map(({ title, isBad, members }) => [title, isBad, members.length]),
    ).toEqual([
      ["The final ACK was refused in silence: connected for the client only", true, 1],
      ["Answered", false, 3],
    ]);
  });

  it("says one thing after the other that the victim waited for, without a hole", () => {
    const { waits, connectedAt, startedAt, endedAt, ending } = named("client 4");
    expect(waits.map(({ kind }) => kind)).toEqual(["syn-ack", "room", "accept", "answer"]);
    expect(waits[0]?.from).toBe(startedAt);
    expect(waits[1]?.from).toBe(connectedAt);
    for (const [place, wait] of waits.entries()) if (place > 0) expect(wait.from).toBe(waits[place - 1]?.to);
    expect(waits.at(-1)?.to).toBeLessThanOrEqual(endedAt);
    expect(ending).toBe("answered");
  });

  it("crosses each packet that the queue refused, and no other", () => {
    const refused = conversations.flatMap(({ packets }) => packets.filter(({ isRefused }) => isRefused));
    expect(refused).toHaveLength(8);
    expect(refused.every(({ note }) => / dropped: accept queue 2 of 2$/.test(note ?? ""))).toBe(true);
  });

  it("ties each resend to the packet before it", () => {
    const { packets } = named("client 4");
    const syns = packets.filter(({ label }) => label === "SYN+ACK");
    expect(syns.map(({ resendOf }) => resendOf)).toEqual([null, syns[0]?.number, syns[1]?.number]);
    expect(syns.map(({ sentNote }) => sentNote)).toEqual([null, "again after 1.02 s", "again after 2.02 s"]);
    // Its ACKs carry the same numbers and repeat nothing.
    expect(packets.filter(({ label }) => label === "ACK").every(({ resendOf }) => resendOf === null)).toBe(
      true,
    );
  });

  it("knows in which queue the connection stood, and the calls that took it out", () => {
    const { stays, calls } = named("client 4");
    expect(stays.map(({ where }) => where)).toEqual(["syn-queue", "accept-queue", "program"]);
    expect(calls.map(({ text }) => text)).toEqual(["accept()", "close()"]);
    expect(stays[1]?.to).toBe(calls[0]?.at);
  });

  it("has no connection where there are no packets", () => {
    const unix = reportedRun("unix-socket");
    expect(conversationsOfTrace(unix.scenario, unix.trace)).toEqual([]);
  });
});

describe("conversationsOfCapture()", () => {
  it("has a bar and packets also of what simply completed", () => {
    const { conversations: drawn } = drawnCapture(fixtureCapture("slow-serial-server"));
    expect(groupsOf(drawn).map(({ title, members }) => [title, members.length])).toEqual([
      ["Completed and answered", 8],
    ]);
    for (const { packets, waits, isEstimated } of drawn) {
      expect(packets.slice(0, 3).map(({ label }) => label)).toEqual(["SYN", "SYN+ACK", "ACK"]);
      expect(waits.map(({ kind }) => kind)).toEqual(["syn-ack", "server"]);
      expect(isEstimated).toBe(true);
    }
  });

  it("crosses a SYN that was never answered, and ties its resends", () => {
    const { conversations: drawn } = drawnCapture(fixtureCapture("firewall-drops-syns"));
    const [first] = groupsOf(drawn);
    expect(first?.title).toBe("The SYN was never answered");
    const packets = first?.members[0]?.packets ?? [];
    expect(
      packets.every(({ label, isRefused, note }) => label === "SYN" && isRefused && note === "no answer"),
    ).toBe(true);
    expect(packets.slice(1).every(({ resendOf }) => resendOf !== null)).toBe(true);
  });

  it("takes a client that sends data for connected, also where the SYN+ACK is missing", () => {
    const seed = readFileSync(new URL("../../../../fixtures/seed/tcpdump-drop.txt", import.meta.url));
    const victim = drawnCapture(new Uint8Array(seed)).conversations.find(({ client }) =>
      client.endsWith(":59836"),
    );
    const firstData = victim?.packets.find(({ label }) => label === "82 bytes");
    expect(victim?.connectedAt).toBeCloseTo(firstData?.sentAt ?? -1, 6);
  });

  it("says of a flood that the server waits, not that the clients do", () => {
    const { conversations: drawn } = drawnCapture(fixtureCapture("syn-flood-redis"));
    const [flood] = groupsOf(drawn);
    expect(flood?.title).toBe("Answered, but the client never sent its final ACK");
    expect(
      flood?.members.every(
        ({ waits, connectedAt }) => waits[0]?.kind === "final-ack" && connectedAt === null,
      ),
    ).toBe(true);
  });

  it("estimates both ends from the quickest answer of either side", () => {
    const { conversations: drawn } = drawnCapture(fixtureCapture("long-round-trip-nginx"));
    const [syn, answer] = drawn[0]?.packets ?? [];
    expect(syn?.arrivedAt).toBeLessThanOrEqual(answer?.sentAt ?? 0);
    expect((answer?.arrivedAt ?? 0) - (answer?.sentAt ?? 0)).toBeGreaterThan(100);
  });
});

describe("longestWaiting()", () => {
  it("keeps those that waited longest, in the order of their beginning", () => {
    const chosen = longestWaiting(conversations, 2).map(({ client }) => client);
    expect(chosen).toEqual(["client 3", "client 4"]);
    expect(longestWaiting(conversations, 9)).toBe(conversations);
  });
});
