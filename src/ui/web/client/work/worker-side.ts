/**
 * The page's side of its worker.
 *
 * @module
 */
import type { Answer, Work } from "./work-messages.ts";

/** What the command would print instead of a result. */
export class WorkProblem extends Error {}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | null = null;
let asked = 0;

/** Asks the worker, which is started with the first question. @throws {WorkProblem} */
export function ask<Name extends keyof Work>(
  name: Name,
  asks: Work[Name]["asks"],
): Promise<Work[Name]["gets"]> {
  worker ??= startWorker();
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
    worker?.postMessage({ id, name, asks });
  });
}

function startWorker(): Worker {
  const started = new Worker(new URL("worker.js", document.baseURI), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    const one = waiting.get(data.id);
    waiting.delete(data.id);
    if ("problem" in data) one?.reject(new WorkProblem(data.problem));
    else one?.resolve(data.result);
  });
  started.addEventListener("error", () => {
    for (const { reject } of waiting.values()) reject(new WorkProblem("the model could not be loaded"));
    waiting.clear();
  });
  return started;
}
