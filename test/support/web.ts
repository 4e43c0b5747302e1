/**
 * `listenq web` as a child process, and requests to it that no browser would send.
 *
 * @module
 */
import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import type { LiveMessage } from "../../src/core/report/document/live-document.ts";
import { type CliOptions, start } from "./cli.ts";

/** A page that is served. */
export interface RunningWebPage {
  /** As printed, with the token. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** An answer, whole. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Starts it on a free port. */
export async function startWebPage(...args: string[]): Promise<RunningWebPage> {
  return await startWebPageAs({}, ...args);
}

/** As another user, say. */
export async function startWebPageAs(options: CliOptions, ...args: string[]): Promise<RunningWebPage> {
  const running = start(["web", "--listen", "127.0.0.1:0", ...args], options);
  const [text] = (await once(running.child.stdout, "data")) as [Buffer];
  const url = String(text).trim();
  return {
    url,
    port: Number(new URL(url).port),
    token: url.split("#token=")[1] ?? "",
    pid: running.child.pid ?? 0,
    stop: async () => {
      running.child.kill("SIGINT");
      await running.ended;
    },
  };
}

/** What is sent. */
export interface WebQuestion {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends exactly this path with exactly these headers. */
export async function askWeb(port: number, path: string, question: WebQuestion = {}): Promise<WebAnswer> {
  const { method = "GET", headers = {}, body } = question;
  const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false });
  asked.end(body);
  const [response] = await once(asked, "response");
  let text = "";
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode, headers: response.headers, body: text };
}

/** Opens the session and returns its cookie. */
export async function openWebSession({ port, token }: RunningWebPage): Promise<string> {
  const { headers } = await askWeb(port, "/api/session", { method: "POST", body: token });
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

/** The event stream of one tab. */
export interface OpenStream {
  /** The first message that fits; the stream goes on. */
  first(fits: (message: LiveMessage) => boolean): Promise<LiveMessage>;
  close(): void;
}

/** Opens one, with a listener in detail if its key is given. */
export async function openStream(port: number, cookie: string, opened?: string): Promise<OpenStream> {
  const path = opened === undefined ? "/api/live" : `/api/live?open=${encodeURIComponent(opened)}`;
  const asked = request({ host: "127.0.0.1", port, path, headers: { cookie }, agent: false });
  asked.end();
  const [response] = await once(asked, "response");
  if (response.statusCode !== 200) throw new Error(`the stream answered ${response.statusCode}`);
  const pieces: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
  let text = "";
  return {
    first: async (fits) => {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end >= 0) {
          const message = JSON.parse(text.slice("data: ".length, end)) as LiveMessage;
          text = text.slice(end + 2);
          if (fits(message)) return message;
        } else {
          const { value, done } = await pieces.next();
          if (done === true) throw new Error("the stream has ended");
          text += String(value);
        }
      }
    },
    close: () => response.destroy(),
  };
}
