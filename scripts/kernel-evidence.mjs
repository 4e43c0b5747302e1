/**
 * Where each rule of the eras was seen: the last column of docs/kernel.md's table. "Read" is a source tree of that version,
 * "tried" this project's own runs on Linux 6.18.44.
 *
 * @module
 */
export const EVIDENCE = {
  limitBits: "Read: unsigned short in 3.13, u32 in 4.2.8. Go's net package names 4.1 as the boundary.",
  somaxconnDefault:
    "Read: 128 in 5.3.1, 4096 in 5.4.59. Tried: a new namespace has 4096, whatever its parent has.",
  syncookiesDefault: "Read: 0 in 2.6.32, 1 in 3.0.27.",
  synQueueBound: "Read: a table in 4.3.0, the limit in 4.4.38. Tried on 6.18.",
  synQueueTest:
    "Read: `>=` in 4.4.38, 5.15.100 and 6.4.6, `>` in 6.14.0 and in the stable trees 6.1.192, 6.12.117 and 6.13.2, to which it was backported. Tried on 6.18; probed there and on other kernels ([kernels.md](kernels.md)): `>=` on 5.10.218; it is also probed where `this` is asked for.",
  acceptQueueTest: "Read: `>` in every tree from 2.6.24. Tried on 6.18.",
  youngRequestsThatExcuse:
    "Read: `young > 1` in 4.9.0, gone in 4.10.17; backported to 3.16.81 and others. Tried on 6.18.",
  countsRefusedSyns: "Read: nothing at `drop` in 3.0.27, both counters in 3.10.4. Tried on 6.18.",
  countsSynQueueFull: "Read: absent in 3.0.27, there in 3.10.4. Tried on 6.18.",
  countsListenerDrops: "Read: no tcp_listendrop() in 4.4.38, there in 4.9.0. Tried on 6.18.",
  dropsPerSwallowedPacket: "Read: sk_drops_add() in 4.9 and 6.18. Tried on 6.18.",
  cookieCountsAsDrop: "Read: falls into `drop` in 3.10.4 and 4.2.8, not in 4.9.0. Tried on 6.18.",
  hasUnconditionalCookies: "Read: absent in 3.10.4, there in 3.13.0. Tried on 6.18.",
  cookieLifetimeMinutes:
    "Read: COUNTER_TRIES 4 in 3.10, MAX_SYNCOOKIE_AGE 2 in 6.18. Tried on 6.18: refused after 125 s.",
  cookieStampMs:
    "Read: TCP_TIMEOUT_INIT of 3 s in 2.6.32, TCP_TIMEOUT_FALLBACK of 3 s in 3.10, TCP_SYNCOOKIE_VALID of 120 s in 6.18. Tried on 6.18.",
  cookieMssPlaces:
    "Read: eight sizes in 3.10, four in 6.18. Tried on 6.18: an ACK number three less is a good cookie, one that is four less is none.",
  countsFailedWithoutStamp:
    "Read: one condition for both in 3.10, two in a 4.x tree; where between is not known. Tried on 6.18.",
  sharesCookieStamp:
    "Read: the listener's own in 3.10 and a 4.x tree, `reuse->synq_overflow_ts` in a 5.x tree; that it came with 4.20 is from memory. Tried on 6.18.",
  lastShare: "Read: a quarter in every tree. Tried on 6.18.",
  requestTimer:
    "Read: a sweep in 3.13, a timer per request in 4.2.8. The published captures of a 3.10 show the sweep. Tried on 6.18.",
  firstTimeoutMs:
    "Read: 3 s in 3.0.27, 1 s in 3.10.4. The published captures of a 3.10 show 1 s. Tried on 6.18.",
  pruneBound: "Read: the table in 4.3.0, the limit in 4.4.38. Tried on 6.18.",
  pruneFloor: "Read: max(8, limit) since 4.4. Tried on 6.18.",
  pruneLeastRetries: "Read: `while (thresh > 2)` in 2.6 trees, the same in 6.18. Tried on 6.18.",
  duplicateSynRestartsTimer: "Read: the timer is left alone in 3.0.27, restarted in 3.10.4. Tried on 6.18.",
  limitsDuplicateSyns: "Read: absent in 3.13, there in 4.2.8. Tried on 6.18.",
  challengesResets:
    "In no released era that was read (6.18.24 has it not); read in 6.1.192. Tried on 6.18.44, which also judges a reset by its sequence number alone; probed on other kernels ([kernels.md](kernels.md)): not on 5.10, 6.1.170, 6.12.43, 6.16.3 and 6.18.15, on 6.1.192, 6.12.118, 7.2.6 and 7.3.4; it is also probed where `this` is asked for.",
  requestsOutliveListener:
    "Read: reqsk_queue_destroy() in inet_csk_listen_stop() of 2.6 trees; tried on 6.18 by the socket table.",
  countsSynAckTimer:
    "Read: no counter in inet_csk_reqsk_queue_prune() of a 2.6 tree. From memory: since 2.6.34. Tried on 6.18.",
  countsSynRetrans: "From memory: since 4.2 for SYN+ACKs. Read in 6.18, tried there.",
  hasFastOpen: "From memory: 3.7. Read in 3.10. Tried on 6.18.",
  linearTimeoutsDefault:
    "Read: absent in 6.4.6, there in 6.12; the same by a new namespace of 6.1.192 and 6.12.117. The kernel's documentation and the patch name 6.5. Tried on 6.18.",
  hurriesSynAfterWrongAck:
    "Read: the patch (9603d47bad46) is of February 2020, later than 5.4. Seen on 5.10.218. Tried on 6.18: 9 ms after the wrong ACK.",
  finWaitsForWindow:
    "Read: commit 22555032c513 of April 2024, later than 6.9. Seen: a FIN leaves at once on 6.1.192 and waits on 6.12.118. Tried on 6.18.",
  synRetriesDefault: "Read: 5 in 2.6 and 3.0 trees, 6 later.",
  hasTailLossProbe: "From memory: 3.10. Tried on 6.18.",
  challengesSyns: "Read: a plain ACK in 2.6.32, challenge ACKs later. Tried on 6.18.",
  hasCoarseTimerWheel:
    "From memory: 4.8. Tried on 6.18, where the measured lateness is that of the wheel's levels.",
  leastRtoMs: "Read: HZ/5 in 3.10 and 6.18. Tried on 6.18.",
};
