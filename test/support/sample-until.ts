/**
 * What the sampler, and with it `top`, `record` and the exporter, says of a port of this namespace after something happened.
 *
 * @module
 */

import { vi } from "vitest";
import { findInWindow, type WindowListener } from "../../src/core/findings/find-in-window.ts";
import type { LiveFindingCode } from "../../src/core/findings/listeners/kinds.ts";
import { SampleWindow } from "../../src/core/listener/window/sample-window.ts";
import { ListenerSampler } from "../../src/system/observe/sampler/listener-sampler.ts";
import { theOne } from "./lookups.ts";
import { PATIENCE } from "./patience.ts";
import { findingOf } from "./watch-while.ts";

/**
 * Samples before and after, and on until the finding is told: requests are counted at a slower rate of their own.
 *
 * @throws {Error} when it never is
 */
export async function sampleUntil(
  port: number,
  code: LiveFindingCode,
  happen: () => Promise<void>,
): Promise<WindowListener> {
  const sampler = new ListenerSampler({ synEveryMs: 100 });
  const window = new SampleWindow();
  const look = (): WindowListener => {
    window.add(sampler.sample());
    return theOne(findInWindow(window).filter(({ listener }) => listener.port === port));
  };
  try {
    look();
    await happen();
    return await vi.waitUntil(() => {
      const seen = look();
      return findingOf(seen, code) === undefined ? null : seen;
    }, PATIENCE);
  } finally {
    sampler.close();
  }
}

/** What two samples say, one before something happened and one at once afterwards, of a sampler that hardly ever counts requests by itself. */
export async function sampleOnce(
  port: number,
  happen: () => Promise<void>,
): Promise<readonly [WindowListener, WindowListener]> {
  const sampler = new ListenerSampler({ synEveryMs: 60_000 });
  const window = new SampleWindow();
  const look = (): WindowListener => {
    window.add(sampler.sample());
    return theOne(findInWindow(window).filter(({ listener }) => listener.port === port));
  };
  try {
    const before = look();
    await happen();
    return [before, look()];
  } finally {
    sampler.close();
  }
}
