/**
 * The clock of one interface of a pcapng file: 64-bit ticks of whatever length to seconds and nanoseconds. The usual ticks,
 * from milliseconds to nanoseconds, cost no big integer per packet.
 *
 * @module
 */

const NS_PER_SECOND = 1_000_000_000n;

/** Converts ticks; the result is in `seconds` and `nanoseconds`, since 1970-01-01 UTC. */
export class TickClock {
  seconds: number = Number.NaN;
  nanoseconds = 0;
  readonly #numerator: bigint;
  readonly #denominator: bigint;
  readonly #offsetNs: bigint;
  /** Nanoseconds of a tick where that is a whole number which keeps all sums exact, else 0. */
  readonly #nsPerTick: number;
  /** The upper half for which the two fields below hold. */
  #high = -1;
  #highSeconds: number = Number.NaN;
  #highNanoseconds = 0;

  /**
   * @param resolution if_tsresol: the lower 7 bits are a negative exponent, of 2 if the upper bit is set, else of 10
   * @param offsetSeconds if_tsoffset
   */
  constructor(resolution: number, offsetSeconds: bigint) {
    const exponent = resolution & 0x7f;
    const isDecimal = (resolution & 0x80) === 0;
    this.#numerator = NS_PER_SECOND;
    this.#denominator = (isDecimal ? 10n : 2n) ** BigInt(exponent);
    this.#offsetNs = offsetSeconds * NS_PER_SECOND;
    this.#nsPerTick = isDecimal && exponent >= 3 && exponent <= 9 ? 10 ** (9 - exponent) : 0;
  }

  /** Takes a time in ticks, as its upper and lower half. */
  read(high: number, low: number): void {
    if (this.#nsPerTick === 0) this.#split((BigInt(high) << 32n) | BigInt(low));
    else this.#readUsual(high, low);
  }

  #readUsual(high: number, low: number): void {
    if (high !== this.#high) {
      this.#split(BigInt(high) << 32n);
      this.#high = high;
      this.#highSeconds = this.seconds;
      this.#highNanoseconds = this.nanoseconds;
    }
    // Below 2^32 * 10^6 + 10^9, so the sum is exact.
    const nanoseconds = this.#highNanoseconds + low * this.#nsPerTick;
    const seconds = Math.floor(nanoseconds / 1e9);
    this.seconds = this.#highSeconds + seconds;
    this.nanoseconds = nanoseconds - seconds * 1e9;
  }

  #split(ticks: bigint): void {
    const ns = (ticks * this.#numerator) / this.#denominator + this.#offsetNs;
    const nanoseconds = ((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
    this.seconds = Number((ns - nanoseconds) / NS_PER_SECOND);
    this.nanoseconds = Number(nanoseconds);
  }
}
