/**
 * The same queue on AF_UNIX: no packets, no drops, a connect() that waits.
 *
 * @module
 */
import { parseScenario, type Scenario } from "../../scenario/index.ts";
import { callsReturn } from "../claims/ends.ts";
import { queuesAre } from "../claims/queue-after.ts";
import type { Experiment, Variant } from "../experiment.ts";

function scenario({ family }: Variant): Scenario {
  return parseScenario(
    `
scenario: Clients of an AF_UNIX listener with backlog 1, which accepts, listens again and closes.
topology: unix
family: ${family}
listener: { backlog: 1, calls: [{ at: 200ms, accept: 1 }, { at: 600ms, listen: 2 }, { at: 1s, close: true }] }
clients:
  - { at: 0ms, count: 3 }
  - { at: 400ms }
  - { at: 500ms }
  - { at: 800ms }
  - { at: 1200ms }
look: [100ms]
duration: 1500ms
`,
    "unix-socket",
  );
}

/** Does a listener on an AF_UNIX socket behave the same? */
export const unixSocket: Experiment = {
  name: "unix-socket",
  question: "Does a listener on an AF_UNIX socket behave the same?",
  words: [
    "The limit is the same number and limit + 1 connections fit, but there is no handshake: connect() puts the connection into the queue itself. When the queue is full it waits, for ever if need be; a non-blocking one says EAGAIN at once. Nothing is dropped or counted.",
  ],
  claims: [
    queuesAre("holds-limit-plus-one", "The queue holds two at limit 1.", [
      { listener: "listener", after: { actor: "client 2", call: "connect" }, acceptQueue: 2, limit: 1 },
      { listener: "listener", after: { actor: "client 3", call: "connect" }, acceptQueue: 2, limit: 1 },
    ]),
    callsReturn(
      "eagain",
      "A connect() that finds it full is told EAGAIN at once; after accept() the next one fits, and the one after that does not.",
      [
        { actor: "client 2", call: "connect", returns: 0 },
        { actor: "client 3", call: "connect", returns: "EAGAIN" },
        { actor: "listener", call: "accept4", returns: "a descriptor" },
        { actor: "client 4", call: "connect", returns: 0 },
        { actor: "client 5", call: "connect", returns: "EAGAIN" },
      ],
    ),
    queuesAre("relisten", "listen(2) on the same socket makes room at once.", [
      {
        listener: "listener",
        after: { actor: "listener", call: "listen", nth: 1 },
        acceptQueue: 2,
        limit: 2,
      },
      { listener: "listener", after: { actor: "client 6", call: "connect" }, acceptQueue: 3, limit: 2 },
    ]),
    callsReturn(
      "refused-after-close",
      "When the listener is closed connect() says ECONNREFUSED, and whoever waited is cut off.",
      [
        { actor: "client 2", call: "recv", returns: "ECONNRESET" },
        { actor: "client 7", call: "connect", returns: "ECONNREFUSED" },
      ],
    ),
  ],
  dependsOnSynQueueTest: false,
  shows: { load: false, sockets: true, packets: false },
  scenario,
};
