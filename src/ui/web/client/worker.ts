/**
 * The worker: the model and explain, away from the page that draws.
 *
 * @module
 */
import "./work/no-eval.ts";
import { explainFile } from "./work/explain-file.ts";
import { catalogue, differenceOf, exportRun, runModel } from "./work/model-work.ts";
import type { Answer, Asked, Work } from "./work/work-messages.ts";

type Worker = {
  readonly [Name in keyof Work]: (
    asks: Work[Name]["asks"],
  ) => Work[Name]["gets"] | Promise<Work[Name]["gets"]>;
};

const WORK: Worker = {
  catalogue,
  run: runModel,
  differ: differenceOf,
  export: exportRun,
  explain: explainFile,
};

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  void answer(data);
});

async function answer<Name extends keyof Work>({ id, name, asks }: Asked<Name>): Promise<void> {
  try {
    tell({ id, result: await WORK[name](asks) });
  } catch (error) {
    tell({ id, problem: error instanceof Error ? error.message : String(error) });
  }
}

function tell(message: Answer): void {
  postMessage(message);
}
