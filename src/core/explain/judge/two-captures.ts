/**
 * Two captures of one event, one nearer to the client and one nearer to the server: attempts are matched by their endpoints
 * and the client's initial sequence number, so the clocks of the two need not agree. What the client's side shows and the
 * server's side lacks was lost on its way, if the server's side was being captured then; what both show did reach the server. What one of
 * them tells is never lost by the other.
 *
 * @module
 */
import type { Connection } from "../follow/connection.ts";
import { keyOf, type View } from "./capture-view.ts";
import { type Running, runningOf } from "./running.ts";
import type { Story } from "./story.ts";
import type { QueueFate, Verdict } from "./verdict.ts";

interface Told {
  readonly story: Story;
  readonly view: View;
}

/**
 * Nobody sends a packet again sooner.
 *
 * @kernel include/net/tcp.h TCP_RTO_MIN v6.18
 */
const LEAST_RESEND_MS = 200;

/** Each attempt once, with what all captures together say about it. */
export function settleBetween(views: readonly View[]): Story[] {
  const running = runningOf(views);
  const settled = new Map<string, Told>();
  const seenIn = new Map<string, number>();
  for (const view of views) {
    for (const story of view.stories) {
      const key = keyOf(story);
      const known = settled.get(key);
      settled.set(key, known === undefined ? { story, view } : settlePair(known, { story, view }, running));
      seenIn.set(key, (seenIn.get(key) ?? 0) + 1);
    }
  }
  const all = [...settled].map(([key, told]) =>
    seenIn.get(key) === 1 ? settleAlone(told, views, running) : told.story,
  );
  return all.sort((a, b) => a.connection.startedAt - b.connection.startedAt);
}

function settlePair(one: Told, other: Told, running: Running): Told {
  const [client, server] = isNearerToServer(one.story.connection, other.story.connection)
    ? [other, one]
    : [one, other];
  const told = toldByBoth(client, server, running);
  const packets = [...one.story.packets, ...other.story.packets];
  return { view: server.view, story: { ...told.base, verdict: told.verdict, packets } };
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

function toldByBoth(client: Told, server: Told, running: Running): { base: Story; verdict: Verdict } {
  const note = lossBetween(client, server, running);
  if (note !== null) return { base: client.story, verdict: lost(client.story, note, fateAtServer(server)) };
  if (wasMistaken(client, server, running)) return { base: server.story, verdict: letInAtOnce(server.story) };
  const base = isTelling(client.story) && !isTelling(server.story) ? client.story : server.story;
  return { base, verdict: base === server.story ? confirmed(base.verdict) : base.verdict };
}

/** What was lost on the way between the two, in words; null where neither proves a loss. */
function lossBetween(client: Told, server: Told, running: Running): string | null {
  const [there, here] = [client.story.connection, server.story.connection];
  const { outcome } = client.story.verdict;
  if (Number.isNaN(here.finalAt) && there.finalAt >= 0 && running(client.view, server.view, there.finalAt)) {
    return "the final ACK was lost on its way: the server's side never saw it";
  }
  if (outcome === "syn-unanswered" && here.hasSynAck) {
    return "the SYN+ACK was lost on its way: the server's side shows that it was sent";
  }
  if (outcome !== "syn-answered-late") return null;
  const areAllSeen = running(client.view, server.view, there.synTimes.first);
  if (areAllSeen && here.synTimes.count < there.synTimes.count) {
    return "a SYN was lost on its way: the server's side never saw it";
  }
  return here.hasSynAck && here.synsBeforeAnswer < there.synsBeforeAnswer && areAllSeen
    ? "a SYN+ACK was lost on its way: the server's side shows that it was sent"
    : null;
}

/**
 * Whether what the client's side takes for refused did not reach the server in time: the server's side shows a client that was let in
 * by the first packet it saw, or before a packet can have been sent again.
 */
function wasMistaken(client: Told, server: Told, running: Running): boolean {
  const [there, here] = [client.story.connection, server.story.connection];
  if (client.story.verdict.queue !== "dropped" || server.story.verdict.queue !== null) return false;
  if (!(here.passedAt >= here.finalAt) || here.refusals.length > 0) return false;
  if (!running(client.view, server.view, there.finalAt)) return false;
  return here.tries.length <= there.refusedTries || here.passedAt - here.finalAt < LEAST_RESEND_MS;
}

function letInAtOnce({ verdict }: Story): Verdict {
  const note =
    "the client's packets were lost or late on their way: the server's side let in the first that it saw";
  return { ...verdict, note: verdict.note === null ? note : `${verdict.note}; ${note}` };
}

/** Whether a verdict says more than that a handshake completed. */
function isTelling({ verdict }: Story): boolean {
  return verdict.outcome !== "completed" || verdict.queue !== null;
}

/** What was lost on the way met no queue; what the server's side shows of the final packets, it met. */
function fateAtServer({ story: { connection, verdict } }: Told): QueueFate {
  return Number.isNaN(connection.finalAt) ? null : verdict.queue;
}

function lost({ verdict }: Story, note: string, queue: QueueFate): Verdict {
  return { outcome: verdict.outcome, cause: "lost", queue, note };
}

/** What the server's side says, with the doubt taken away that the packet did not arrive. */
function confirmed(verdict: Verdict): Verdict {
  if (verdict.outcome !== "syn-unanswered" && verdict.outcome !== "final-ack-dropped") return verdict;
  const note = "the capture at the server's side shows that the packets arrived there";
  return { ...verdict, note: verdict.note === null ? note : `${verdict.note}; ${note}` };
}

/** SYNs that one capture shows and another, which ran then and shows that server's connections too, does not. */
function settleAlone({ story, view }: Told, views: readonly View[], running: Running): Story {
  if (story.verdict.outcome !== "syn-unanswered") return story;
  const others = views.filter((other) => other !== view && shows(other, story.server));
  const sent = story.connection.synTimes.toArray();
  if (!others.some((other) => sent.every((at) => running(view, other, at)))) return story;
  const note = "the SYN was lost on its way: only one of the captures shows it";
  return { ...story, verdict: { outcome: "syn-unanswered", cause: "lost", queue: null, note } };
}

function shows({ stories }: View, server: string): boolean {
  return stories.some((story) => story.server === server);
}
