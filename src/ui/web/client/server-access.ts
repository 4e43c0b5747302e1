/**
 * The way to the server behind the page: opened once with the token in the address, which then leaves the address. The playground
 * on somebody's web host has none.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";

/** Written by the build. */
declare const LISTENQ_HAS_SERVER: boolean;

/** Null until it is known whether this browser may ask; then null again or why not. */
export const access: Signal<"unknown" | "open" | "closed"> = signal(
  LISTENQ_HAS_SERVER ? "unknown" : "closed",
);

/** Exchanges the token in the address for the session. */
export async function openSession(): Promise<void> {
  if (!LISTENQ_HAS_SERVER) return;
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (token !== undefined) {
    history.replaceState(null, "", "#/learn");
    await fetch("api/session", { method: "POST", body: token });
  }
  const { ok } = await fetch("api/session");
  access.value = ok ? "open" : "closed";
}

/** Said where the server does not know this browser. */
export const CLOSED_WORDS: string = LISTENQ_HAS_SERVER
  ? "This browser has no session: open the address that listenq web printed, once. Started again, it prints a new one."
  : "This needs listenq on the machine itself: run listenq web there.";
