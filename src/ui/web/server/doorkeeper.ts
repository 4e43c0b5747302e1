/**
 * Who may ask the local page's server. A browser sends requests for every page that it shows, so being reached over loopback
 * proves nothing: the Host is compared whole (a name that was rebound to 127.0.0.1 is somebody else's), an Origin must be our
 * own, and whoever wants to know anything of this machine needs the session, which the printed address opens once.
 *
 * @module
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request is sent away. */
export interface Refusal {
  readonly status: 401 | 403 | 421;
  /** One sentence. */
  readonly words: string;
}

const SECRET_BYTES = 32;

/** Judges the requests of one server. */
export class Doorkeeper {
  /** What stands in the fragment of the printed address; good for one exchange. */
  readonly token: string = randomBytes(SECRET_BYTES).toString("base64url");
  readonly #session = randomBytes(SECRET_BYTES).toString("base64url");
  readonly #cookie: string;
  readonly #hosts: ReadonlySet<string>;
  #isTokenUsed = false;

  /**
   * @param hosts what the Host header may be, such as `127.0.0.1:8047`
   * @param port cookies know no ports: it is in the cookie's name, so that two servers do not take each other's
   */
  constructor(hosts: readonly string[], port: number) {
    this.#hosts = new Set(hosts);
    this.#cookie = `listenq-${port}`;
  }

  /** Why nothing at all is told to whoever sent this; null if it may be answered. */
  refusal({ headers }: IncomingMessage): Refusal | null {
    if (!this.#hosts.has(headers.host ?? "")) return { status: 421, words: "this is another host's request" };
    const { origin } = headers;
    if (origin !== undefined && !this.#isOwn(origin))
      return { status: 403, words: "another page may not ask here" };
    const site = headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none")
      return { status: 403, words: "another site may not ask here" };
    return null;
  }

  /** Why this request learns nothing of the machine; null if it has the session. */
  withoutSession(request: IncomingMessage): Refusal | null {
    const cookies = (request.headers.cookie ?? "").split(";").map((one) => one.trim());
    const isKnown = cookies.some((one) => isSame(one, `${this.#cookie}=${this.#session}`));
    return isKnown ? null : { status: 401, words: "open the address that listenq web printed" };
  }

  /** The Set-Cookie header for whoever has the token; null for everybody else, and for its second use. */
  exchange(token: string): string | null {
    if (this.#isTokenUsed || !isSame(token, this.token)) return null;
    this.#isTokenUsed = true;
    return `${this.#cookie}=${this.#session}; HttpOnly; SameSite=Strict; Path=/api`;
  }

  #isOwn(origin: string): boolean {
    return origin.startsWith("http://") && this.#hosts.has(origin.slice("http://".length));
  }
}

/** Takes the same time wherever they differ. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
