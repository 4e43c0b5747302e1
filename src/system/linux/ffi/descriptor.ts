/**
 * A file descriptor that is closed once. The kernel gives a closed number to whoever opens something next, so closing it again
 * would close what is somebody else's: a descriptor forgets its number before it closes it.
 *
 * @module
 */
import { close, closeSync, openSync } from "node:fs";
import { checked } from "./check.ts";

/** Something that holds a resource; safe to close twice. */
export interface Closable {
  close(): void;
}

/** One open file descriptor of this process. */
export class Descriptor implements Closable, Disposable {
  #number: number | null;

  /** Takes over an open number. */
  constructor(number: number) {
    this.#number = number;
  }

  /**
   * What a call of the C library returned.
   *
   * @throws {SyscallError} when that is negative
   */
  static checked(operation: string, result: number, hint: string | null = null): Descriptor {
    return new Descriptor(checked(operation, result, hint));
  }

  /**
   * Opens a file for reading.
   *
   * @throws {Error} Node's own, such as ENOENT or EACCES
   */
  static open(path: string): Descriptor {
    return new Descriptor(openSync(path, "r"));
  }

  /** Its number, for system calls. @throws {Error} after it was closed */
  get number(): number {
    if (this.#number === null) throw new Error("this descriptor is closed");
    return this.#number;
  }

  close(): void {
    const number = this.#forget();
    if (number !== null) closeSync(number);
  }

  /** Closes it in a thread of its own, for descriptors whose close() waits in the kernel. */
  closeInBackground(): void {
    const number = this.#forget();
    if (number !== null) close(number);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #forget(): number | null {
    const number = this.#number;
    this.#number = null;
    return number;
  }
}

/**
 * What belongs together: a constructor keeps here what it opens, and closes all of it when a later step fails.
 *
 * @example
 * const opened = new OpenResources();
 * try {
 *   this.#first = opened.keep(new First());
 *   this.#second = opened.keep(new Second());
 * } catch (error) {
 *   opened.close();
 *   throw error;
 * }
 */
export class OpenResources implements Closable, Disposable {
  readonly #kept: Closable[] = [];

  /** Remembers it and passes it on. */
  keep<T extends Closable>(resource: T): T {
    this.#kept.push(resource);
    return resource;
  }

  /** Closes all, the last one first. */
  close(): void {
    for (let last = this.#kept.pop(); last !== undefined; last = this.#kept.pop()) last.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
