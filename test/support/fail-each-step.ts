/**
 * Lets a constructor fail at each of its steps, and looks whether descriptors stay open.
 *
 * @module
 */
import { readdirSync, readlinkSync } from "node:fs";
import { type MockInstance, vi } from "vitest";
import { type Closable, Descriptor } from "../../src/system/linux/ffi/descriptor.ts";
import { type LibC, libc } from "../../src/system/linux/ffi/libc.ts";

/** The calls that make a descriptor or do the next thing with it. */
const STEPS = [
  "socket",
  "bind",
  "setsockopt",
  "getsockopt",
  "timerfd_create",
  "unshare",
  "ioctl",
  "send",
] as const;

/** The descriptors of this process, with what they are. */
export function openDescriptors(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`];
    } catch {
      // The one that lists them.
      return [];
    }
  });
}

/** What stayed open after a failure. */
export interface FailedStep {
  readonly step: number;
  readonly leaked: readonly string[];
}

/**
 * Opens again and again, and lets the first step fail, then the second, until none is left. `answers` are calls of the C library
 * that a test answers itself.
 */
export function failEachStep(
  open: () => Closable,
  answers: Partial<Record<(typeof STEPS)[number], (...args: never[]) => number>> = {},
): FailedStep[] {
  const failed: FailedStep[] = [];
  for (let step = 1; ; step += 1) {
    const before = openDescriptors();
    const spies = failAt(step, answers);
    try {
      open().close();
      return failed;
    } catch (error) {
      if ((error as Error).message !== words(step)) throw error;
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    failed.push({ step, leaked: openDescriptors().filter((fd) => !before.includes(fd)) });
  }
}

function words(step: number): string {
  return `step ${step} fails`;
}

function closeNow(this: Descriptor): void {
  this.close();
}

function failAt(step: number, answers: Parameters<typeof failEachStep>[1] = {}): MockInstance[] {
  let calls = 0;
  const count = (): void => {
    calls += 1;
    if (calls === step) throw new Error(words(step));
  };
  const openFile = Descriptor.open;
  return [
    // Whoever looks right after a failure must not see what a thread is still closing.
    vi.spyOn(Descriptor.prototype, "closeInBackground").mockImplementation(closeNow),
    vi.spyOn(Descriptor, "open").mockImplementation((path) => {
      count();
      return openFile.call(Descriptor, path);
    }),
    ...STEPS.map((name) => {
      const call = (answers[name] ?? libc[name]) as (...args: unknown[]) => number;
      return vi
        .spyOn(libc as Record<keyof LibC, (...args: unknown[]) => number>, name)
        .mockImplementation((...args) => {
          count();
          return call(...args);
        });
    }),
  ];
}
