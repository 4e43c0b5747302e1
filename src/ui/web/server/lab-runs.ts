/**
 * Runs a built-in experiment on this kernel for the page, in a process of its own, one at a time. It ends when the visitor leaves.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { EXPERIMENTS } from "../../../core/experiment/index.ts";
import { ownCommand } from "../../../system/linux/process/own-program.ts";
import { type ApiRequest, sendText } from "./web-server.ts";

/** The running experiments of one server. */
export class LabRuns {
  #isRunning = false;

  /** Answers with the document of `listenq lab run --json`, or one line that says why there is none. */
  async run({ body, response, keepOpen }: ApiRequest): Promise<void> {
    const experiment = EXPERIMENTS.find(({ name }) => name === body);
    if (experiment === undefined) return sendText(response, 404, "there is no experiment of that name");
    if (this.#isRunning) return sendText(response, 409, "an experiment is running already; wait for its end");
    this.#isRunning = true;
    keepOpen();
    const left = new AbortController();
    response.once("close", () => left.abort());
    try {
      const { document, problem } = await runOnKernel(experiment.name, left.signal);
      if (problem !== null) return sendText(response, 502, problem);
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(document);
    } finally {
      this.#isRunning = false;
    }
  }
}

/** The document is there also where a claim does not hold. */
async function runOnKernel(
  name: string,
  signal: AbortSignal,
): Promise<{ readonly document: string; readonly problem: string | null }> {
  const [program = "", ...args] = ownCommand();
  const child = spawn(program, [...args, "lab", "run", name, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    signal,
    killSignal: "SIGINT",
  });
  let [document, words] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    document += piece;
  });
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    words += piece;
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  const isThere = code === 0 || code === 1;
  const last = words.trim().split("\n").at(-1) ?? "";
  return { document, problem: isThere ? null : last.replace(/^listenq: /, "") || "the experiment was ended" };
}
