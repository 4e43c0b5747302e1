/**
 * What the runner in the guest sends over the second serial port: one line of JSON a job, and one that says that it is done.
 *
 * @module
 */

/** How a job ended in the guest. */
export interface GuestAnswer {
  readonly job: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** By the guest's clock. */
  readonly elapsedMs: number;
  /** Whether it was ended for having taken too long. */
  readonly isOverdue: boolean;
}

/** Answers as they come in. */
export class GuestAnswers {
  readonly all: GuestAnswer[] = [];
  #rest = "";

  /** Takes more of the port's bytes. @throws {Error} when a line is no answer */
  add(chunk: string): GuestAnswer[] {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    const fresh = lines
      .map((line) => line.trim())
      .filter(Boolean)
      .map(parseAnswer);
    this.all.push(...fresh);
    return fresh;
  }
}

function parseAnswer(line: string): GuestAnswer {
  try {
    return JSON.parse(line) as GuestAnswer;
  } catch (error) {
    throw new Error(`the guest sent what is no answer: ${line.slice(0, 80)}`, { cause: error });
  }
}
