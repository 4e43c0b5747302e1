/**
 * Two captures of one event, one nearer to the client and one nearer to the server: attempts are matched by their endpoints
 * and the client's initial sequence number, so the clocks of the two need not agree. What the client's side shows and the
 * server's side lacks was lost on its way; what both show did reach the server.
 *
 * @module
 */
import type { Connection } from "../follow/connection.ts";
import type { Story } from "./story.ts";
import type { Verdict } from "./verdict.ts";

/** Each attempt once, with what all captures together say about it. */
export function settleBetween(captures: readonly (readonly Story[])[]): Story[] {
  const settled = new Map<string, Story>();
  const seenIn = new Map<string, number>();
  for (const story of captures.flat()) {
    const key = keyOf(story);
    const known = settled.get(key);
    settled.set(key, known === undefined ? story : settlePair(known, story));
    seenIn.set(key, (seenIn.get(key) ?? 0) + 1);
  }
  const isOverlooked = serversInSeveral(captures);
  const all = [...settled].map(([key, story]) =>
    seenIn.get(key) === 1 && isOverlooked(story.server) ? settleAlone(story) : story,
  );
  return all.sort((a, b) => a.connection.startedAt - b.connection.startedAt);
}

function settlePair(one: Story, other: Story): Story {
  const [client, server] = isNearerToServer(one.connection, other.connection) ? [other, one] : [one, other];
  const told = toldByBoth(client, server);
  return { ...told.base, verdict: told.verdict, packets: [...one.packets, ...other.packets] };
}

/** The nearer a capture is to the server, the sooner after the SYN it shows the SYN+ACK. */
function isNearerToServer(one: Connection, other: Connection): boolean {
  return answerMs(one) < answerMs(other);
}

function answerMs({ synTimes, synAckTimes, synsBeforeAnswer }: Connection): number {
  const asked = synTimes.at(Math.max(0, synsBeforeAnswer - 1)) ?? Number.NaN;
  const answered = synAckTimes.first - asked;
  return Number.isNaN(answered) ? Number.POSITIVE_INFINITY : answered;
}

function toldByBoth(client: Story, server: Story): { base: Story; verdict: Verdict } {
  const [there, here] = [client.connection, server.connection];
  if (Number.isNaN(here.finalAt) && there.finalAt >= 0) {
    return {
      base: client,
      verdict: lost(client, "the final ACK was lost on its way: the server's side never saw it"),
    };
  }
  if (client.verdict.outcome === "syn-unanswered" && here.hasSynAck) {
    return {
      base: client,
      verdict: lost(client, "the SYN+ACK was lost on its way: the server's side shows that it was sent"),
    };
  }
  if (client.verdict.outcome === "syn-answered-late" && here.synTimes.count < there.synTimes.count) {
    return {
      base: client,
      verdict: lost(client, "a SYN was lost on its way: the server's side never saw it"),
    };
  }
  return { base: server, verdict: confirmed(server.verdict) };
}

function lost(story: Story, note: string): Verdict {
  return { outcome: story.verdict.outcome, cause: "lost", queue: null, note };
}

/** What the server's side says, with the doubt taken away that the packet did not arrive. */
function confirmed(verdict: Verdict): Verdict {
  if (verdict.outcome !== "syn-unanswered" && verdict.outcome !== "final-ack-dropped") return verdict;
  const note = "the capture at the server's side shows that the packets arrived there";
  return { ...verdict, note: verdict.note === null ? note : `${verdict.note}; ${note}` };
}

/** A SYN that one capture shows and another, which shows that server's connections too, does not. */
function settleAlone(story: Story): Story {
  if (story.verdict.outcome !== "syn-unanswered") return story;
  const note = "the SYN was lost on its way: only one of the captures shows it";
  return { ...story, verdict: { outcome: "syn-unanswered", cause: "lost", queue: null, note } };
}

/** Whether more than one capture shows connections to a server. */
function serversInSeveral(captures: readonly (readonly Story[])[]): (server: string) => boolean {
  const counts = new Map<string, number>();
  for (const stories of captures) {
    for (const server of new Set(stories.map((story) => story.server))) {
      counts.set(server, (counts.get(server) ?? 0) + 1);
    }
  }
  return (server) => (counts.get(server) ?? 0) > 1;
}

function keyOf({ client, server, connection }: Story): string {
  return `${client} ${server} ${connection.clientIsn}`;
}
