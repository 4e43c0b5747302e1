/**
 * Whether a connection is of no further interest: its handshake completed at the first try and no reset ended it
 * before it was served. Such connections are counted and forgotten.
 *
 * @module
 */
import { type Connection, PHASE } from "./connection.ts";

/** A server that closes without a word sooner than this has not served anybody. */
export const CLOSED_AT_ONCE_MS = 250;

/** Whether nothing about the connection needs a verdict. */
export function hasSimplyCompleted(connection: Connection): boolean {
  return (
    connection.phase >= PHASE.passed &&
    connection.hasSynAck &&
    (!Number.isNaN(connection.servedAt) || connection.resetBy === null) &&
    connection.provenAgain === 0 &&
    connection.crossedAgain === 0 &&
    connection.provenByData === 0 &&
    connection.synsBeforeAnswer <= 1 &&
    !connection.wasChallenged &&
    !wasClosedAtOnce(connection)
  );
}

/** The server's FIN came right after the handshake, without payload and before the client's FIN. */
export function wasClosedAtOnce(connection: Connection): boolean {
  return (
    !connection.isUntimed &&
    Number.isNaN(connection.firstPayloadAt) &&
    connection.serverFinAt - connection.finalAt <= CLOSED_AT_ONCE_MS &&
    !(connection.clientFinAt < connection.serverFinAt)
  );
}
