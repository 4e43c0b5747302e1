/**
 * SYNs that nobody answered: a full queue, a firewall, a flood or a scanner.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import { captureFinding } from "../../findings/captures/capture-codes.ts";
import { type Story, storiesByServer } from "../judge/story.ts";
import { type Case, clientsOf, packetsOf, seconds } from "./case.ts";
import { synLikelihood } from "./syn-likelihood.ts";

/** A flood is at least so many attempts that nobody finishes, and so many times as many as are finished. */
const FLOOD_ATTEMPTS = 50;
const FLOOD_RATIO = 5;
const FLOOD_WITHIN_MS = 1000;
/** One client that tries at least so many ports of a host is a scanner. */
const SCAN_PORTS = 15;
/** Whoever comes back to each port so often checks it. */
const CHECKS_A_PORT = 3;

/** Findings about SYNs, and which attempts they have explained. */
export function synFindings(whole: Case): Finding[] {
  const scanned = scannedStories(whole.stories);
  const rest = whole.stories.filter((story) => !scanned.has(story));
  const byServer = [...storiesByServer(rest)];
  const flooded = byServer.filter(([, stories]) => isFlood(stories, whole));
  const quiet = byServer.filter(([, stories]) => !isFlood(stories, whole));
  return [
    ...quiet.flatMap(([server, stories]) => unanswered(server, stories, whole)),
    ...flooded.flatMap(([server, stories]) => {
      const real = stories.filter((story) => !isUnfinished(story));
      return [...unanswered(server, real, whole), flood(server, stories.filter(isUnfinished), real, whole)];
    }),
    ...portScan(scanned),
  ];
}

/** An attempt that ends with its SYN: nobody sent a final ACK, and nobody tried again. */
function isUnfinished({ verdict, connection }: Story): boolean {
  if (connection.finalAt >= 0 || connection.synTimes.length > 1) return false;
  return /^(half-open|syn-unanswered|aborted-by-client|cut-off)$/.test(verdict.outcome);
}

/** Health checks open and reset too, but not so many in a second. */
function isFast(stories: readonly Story[]): boolean {
  const starts = stories.map(({ connection }) => connection.startedAt).sort((a, b) => a - b);
  return starts.some(
    (at, place) => (starts[place + FLOOD_ATTEMPTS - 1] ?? Number.NaN) - at <= FLOOD_WITHIN_MS,
  );
}

function isFlood(stories: readonly Story[], whole: Case): boolean {
  const attempts = stories.filter(isUnfinished);
  const unfinished = attempts.length;
  const isAborted = attempts.some(({ verdict }) => verdict.outcome === "aborted-by-client");
  if (unfinished < FLOOD_ATTEMPTS || (isAborted && !isFast(attempts))) return false;
  const finished =
    foldedOf(stories[0]?.server ?? "", whole) +
    stories.filter(({ connection }) => connection.finalAt >= 0).length;
  return unfinished >= finished * FLOOD_RATIO;
}

/** Connections with a server that simply completed, and were not kept. */
function foldedOf(server: string, { reports }: Case): number {
  return reports.find(({ stories }) => stories[0]?.server === server)?.listener.folded ?? 0;
}

/** Attempts with a server that were counted and not kept. */
function leftOutOf(server: string, { reports }: Case): number {
  return reports.find(({ stories }) => stories[0]?.server === server)?.listener.leftOut ?? 0;
}

function flood(server: string, stories: readonly Story[], real: readonly Story[], whole: Case): Finding {
  const leftOut = leftOutOf(server, whole);
  const sources = new Set(stories.map(({ client }) => client.slice(0, client.lastIndexOf(":"))));
  return captureFinding("capture-syn-flood", {
    title: `${server}: a SYN flood: ${stories.length + leftOut} attempts from ${leftOut > 0 ? "more than " : ""}${count(sources.size, "address")} that nobody finished.`,
    detail: `No final ACK ever came for them. That fills the SYN queue, not the accept queue. ${cookieWords(real, real.length + foldedOf(server, whole))} Alternatives: a scanner, or a capture that misses the clients' packets.`,
    evidence: {
      text: whenText(stories),
      packets: packetsOf(stories.slice(0, 25)),
      filter: "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    },
  });
}

/** From the first to the last of them; a short flood's times are no more than its first. */
function whenText(stories: readonly Story[]): string {
  if (stories.some(({ connection }) => connection.isUntimed))
    return "Nothing tells when: the capture has no times.";
  const from = stories[0]?.connection.startedAt ?? 0;
  const lastedMs = (stories.at(-1)?.connection.startedAt ?? 0) - from;
  const lasted = lastedMs < 1000 ? `${lastedMs.toFixed(1)} ms` : seconds(lastedMs);
  return `They begin ${seconds(from)} into the capture and come within ${lasted}.`;
}

/** With SYN cookies a full SYN queue keeps nobody out. */
function cookieWords(real: readonly Story[], others: number): string {
  if (others === 0) return "The capture shows no other client of it.";
  const waited = real.filter(({ verdict }) => /^syn-/.test(verdict.outcome)).length;
  return waited === 0
    ? "Every other client that is in the capture was answered at its first SYN."
    : `SYNs of ${count(waited, "other client")} went unanswered meanwhile, as with a full SYN queue without SYN cookies.`;
}

/** Attempts of clients that knock at many ports of one host. */
function scannedStories(stories: readonly Story[]): Set<Story> {
  const knocks = new Map<string, Story[]>();
  for (const story of stories) {
    if (!isKnock(story)) continue;
    const key = `${story.client.slice(0, story.client.lastIndexOf(":"))} ${story.host}`;
    const group = knocks.get(key);
    if (group === undefined) knocks.set(key, [story]);
    else group.push(story);
  }
  const scans = [...knocks.values()].filter(isScan);
  return new Set(scans.flat());
}

/** An attempt that ended at the door. A listener that answers others answers a scanner too, so silence there is no scan's. */
function isKnock({ verdict, connection }: Story): boolean {
  if (verdict.outcome === "syn-unanswered") return connection.listener === null;
  return /^(refused|half-open|aborted-by-client)$/.test(verdict.outcome);
}

/** A scanner tries many ports and comes back to few; a balancer checks its servers again and again. */
function isScan(group: readonly Story[]): boolean {
  const servers = new Set(group.map(({ server }) => server));
  return servers.size >= SCAN_PORTS && group.length < servers.size * CHECKS_A_PORT;
}

function portScan(scanned: ReadonlySet<Story>): Finding[] {
  const stories = [...scanned];
  if (stories.length === 0) return [];
  const ports = new Set(stories.map(({ server }) => server)).size;
  return [
    captureFinding("capture-port-scan", {
      title: `A port scan: ${ports} ports were tried and left alone.`,
      detail:
        "One client tries many ports of a host and finishes no connection. What went unanswered there says nothing about any queue.",
      evidence: { text: `From ${clientsOf(stories)}.`, packets: packetsOf(stories.slice(0, 25)) },
    }),
  ];
}

/** SYNs to one server that went unanswered, or were answered only when they came again. */
function unanswered(server: string, stories: readonly Story[], whole: Case): Finding[] {
  const victims = stories.filter(
    ({ verdict }) =>
      /^syn-/.test(verdict.outcome) && (verdict.cause === "unknown" || verdict.cause === "lost"),
  );
  if (victims.length === 0) return [];
  const late = victims.filter(({ verdict }) => verdict.outcome === "syn-answered-late").length;
  const title =
    late === victims.length
      ? `${server}: SYNs of ${count(late, "connection")} were answered only when they came again.`
      : `${server}: SYNs of ${count(victims.length, "connection")} went unanswered${late > 0 ? `, ${late} of them at first` : ""}.`;
  return [
    captureFinding("capture-syn-unanswered", {
      title,
      detail: synLikelihood(server, victims, whole),
      severity: whole.reports.some(({ stories: of }) => of[0]?.server === server) ? "warning" : "info",
      evidence: { text: `${clientsOf(victims)}.`, packets: packetsOf(victims) },
    }),
  ];
}
