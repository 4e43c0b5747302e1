/**
 * How a program learns that something is ready: a moment later, once, however often it becomes ready until then. As with
 * poll(), what stays ready is told again.
 *
 * @module
 */
import type { World } from "./world.ts";

/** How long an event loop needs to notice. */
const WAKE_MS = 0.03;

export class Watch {
  readonly #world: World;
  readonly #isReady: () => boolean;
  readonly #work: () => void;
  #isOn = false;
  #isPending = false;

  constructor(world: World, isReady: () => boolean, work: () => void) {
    this.#world = world;
    this.#isReady = isReady;
    this.#work = work;
  }

  start(): void {
    this.#isOn = true;
    this.notice();
  }

  stop(): void {
    this.#isOn = false;
  }

  /** Something may have become ready. */
  notice(): void {
    if (!this.#isOn || this.#isPending || !this.#isReady()) return;
    this.#isPending = true;
    this.#world.at(this.#world.nowMs + WAKE_MS + this.#world.lagMs(), () => {
      this.#isPending = false;
      if (this.#isOn && this.#isReady()) this.#work();
      this.notice();
    });
  }
}
