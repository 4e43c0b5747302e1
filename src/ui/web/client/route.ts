/**
 * Where the page is: everything that is shown follows from the address's fragment, so that it can be shared.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";

/** The parts of the page. */
export const PARTS = ["learn", "play", "live", "reports"] as const;

/** One of them. */
export type Part = (typeof PARTS)[number];

/** A part, and what is chosen in it. */
export interface Route {
  readonly part: Part;
  readonly query: URLSearchParams;
}

/** Where the page is. */
export const route: Signal<Route> = signal(parseRoute(location.hash));

addEventListener("hashchange", () => {
  route.value = parseRoute(location.hash);
});

/** `#/play?backlog=1` as a route. */
export function parseRoute(hash: string): Route {
  const [, name = "", query = ""] = /^#\/(\w*)\??(.*)$/s.exec(hash) ?? [];
  const part = PARTS.find((one) => one === name) ?? "learn";
  return { part, query: new URLSearchParams(query) };
}

/** The fragment of a route. */
export function routeHash(part: Part, query: URLSearchParams = new URLSearchParams()): string {
  const text = query.toString();
  return `#/${part}${text === "" ? "" : `?${text}`}`;
}

/** Goes there without a new entry in the history: a field was changed, not a page left. */
export function replaceRoute(part: Part, query: URLSearchParams): void {
  history.replaceState(null, "", routeHash(part, query));
  route.value = { part, query };
}
