/**
 * What a capture cannot show. "Nothing is wrong" is a claim that only a capture with both directions and whole handshakes allows.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Story } from "../judge/story.ts";
import { type Case, endpointOf, type ListenerCase } from "./case.ts";

/** A filter or a capture of one direction leaves out nearly all packets of a kind, not a few. */
const NEARLY_ALL = 0.9;

/** Each thing in a sentence, the gravest first. */
export function notShown(whole: Case): string[] {
  return [
    ...noHandshake(whole),
    ...serversMissing(whole.stories),
    ...whole.reports.flatMap((report) => clientsMissing(report, endpointOf(report, whole))),
  ];
}

function noHandshake({ reports, stories, observations }: Case): string[] {
  const segments = observations.reduce((sum, one) => sum + one.segments, 0);
  if (segments === 0 || reports.length > 0 || stories.length > 0) return [];
  return [
    `${count(segments, "TCP packet")}, and no handshake among them: the capture begins amid its connections, or leaves their first packets out, so nothing can be said of a queue`,
  ];
}

function serversMissing(stories: readonly Story[]): string[] {
  const unheard = stories.filter(
    ({ connection }) => !connection.hasSynAck && connection.finalAt >= 0 && Number.isNaN(connection.passedAt),
  );
  if (unheard.length === 0) return [];
  return [
    `${count(unheard.length, "connection")} of which only the client's packets are in the capture, so nothing can be said of the server's queue`,
  ];
}

function clientsMissing({ listener }: ListenerCase, endpoint: string): string[] {
  const { opened, openedUnheard, openedWithoutFinal } = listener;
  if (opened === 0) return [];
  if (openedUnheard >= opened * NEARLY_ALL) {
    return [
      `of ${endpoint} only the server's packets are in the capture, so SYNs that went unanswered and final ACKs that were refused cannot be seen`,
    ];
  }
  return openedWithoutFinal >= opened * NEARLY_ALL
    ? [
        `of ${endpoint} no final ACK is in the capture (a filter on flags leaves them out), so refused ones cannot be seen`,
      ]
    : [];
}
