/**
 * What `museum -- live` keeps of each kernel.
 *
 * @module
 */
import type { GuestRecord } from "./guest-record.ts";

/** One comparison of what a command says with the kernel's own word, or with the set-up. */
export interface LiveCheck {
  readonly about: string;
  readonly isRight: boolean;
  /** What was found, where it is not right; left out otherwise. */
  readonly found?: string;
}

/** One kernel's part. */
export interface LiveResult extends GuestRecord {
  /** Empty when the guest did not come so far. */
  readonly checks: readonly LiveCheck[];
}
