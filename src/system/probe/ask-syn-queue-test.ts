/**
 * How many half-open requests this kernel keeps, asked once per process in a namespace made for it.
 *
 * @module
 */
import { NotSupportedError } from "../../core/errors.ts";
import type { FullTest } from "../../core/model/index.ts";
import { Namespace } from "../linux/namespace/namespace.ts";
import { Links } from "../linux/netlink/links.ts";
import { rememberConclusive } from "./remember-conclusive.ts";
import { probeSynQueueTest } from "./syn-queue-test.ts";

const LOOPBACK_INDEX = 1;

/**
 * `>` when the kernel keeps limit + 1 requests, `>=` when it keeps limit.
 *
 * @throws {NotSupportedError} when there can be no lab, or the kernel gives no answer
 */
export const askSynQueueTest: () => FullTest = rememberConclusive(ask, () => true);

function ask(): FullTest {
  const namespace = Namespace.create();
  try {
    const { test, reason } = namespace.inside(() => {
      const links = new Links();
      links.setUp(LOOPBACK_INDEX);
      links.close();
      return probeSynQueueTest();
    });
    if (test === null) throw new NotSupportedError("asking the kernel for its SYN queue rule", reason);
    return test;
  } finally {
    namespace.close();
  }
}
