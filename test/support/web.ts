/**
 * `listenq web` as a child process, and requests to it that no browser would send.
 *
 * @module
 */
import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { start } from "./cli.ts";

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
  const running = start(["web", "--listen", "127.0.0.1:0", ...args]);
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
