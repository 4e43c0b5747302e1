/**
 * What a feature probe may answer. A probe never guesses: what it could not try, it could not tell.
 *
 * @module
 */
import { NotSupportedError } from "../../../core/errors.ts";

/** Yes and no were seen; anything else is "could not tell". */
export type FeatureAnswer = "yes" | "no" | "could not tell";

/** An answer and why. */
export interface Probed {
  readonly answer: FeatureAnswer;
  /** What was seen, in words; null where a plain yes says it all. */
  readonly reason: string | null;
}

export interface Feature extends Probed {
  readonly name: string;
  /** What would permit it; null if the answer is yes. */
  readonly remedy: string | null;
  /** Which parts of listenq need it. */
  readonly needsFor: string;
}

export function yes(reason: string | null = null): Probed {
  return { answer: "yes", reason };
}

/** A no, with what was seen. */
export function no(reason: string): Probed {
  return { answer: "no", reason };
}

/** Neither, with what was in the way. */
export function couldNotTell(reason: string): Probed {
  return { answer: "could not tell", reason };
}

/** Yes if the attempt succeeds (with the reason that it returns), no with why it failed otherwise. */
export function attempt(work: () => string | null): Probed {
  try {
    return yes(work());
  } catch (error) {
    return no(whyNot(error));
  }
}

/** Why an attempt failed. A feature has its own name and remedy, so that those of the error are left out. */
export function whyNot(error: unknown): string {
  if (error instanceof NotSupportedError) return error.reason;
  return error instanceof Error ? error.message : String(error);
}
