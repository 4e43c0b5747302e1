/**
 * What the times of a tcpdump listing mean: seconds since 1970 (`-tt`), date and time (`-tttt`, in the zone of whoever
 * captured, which the listing does not tell), the time of a day (the usual form), or the difference to the line before
 * (`-ttt`). The last two look alike; a listing whose first time is zero, behind a blank, is taken for one of differences,
 * which `-ttttt` (time since the first packet) therefore is too.
 *
 * @module
 */

const SECONDS_PER_DAY = 86_400;

/** Turns printed times into time since 1970 or, where there is no date, since some midnight. */
export class ListingClock {
  seconds: number = Number.NaN;
  nanoseconds = 0;
  /** Whether the times of this listing have a date, which is taken as if it were UTC. */
  hasDate = false;
  #isDifference: boolean | null = null;
  #days = 0;

  /** Takes a line's time; an empty text is no time. */
  read(time: string, isIndented: boolean): void {
    const [whole = "", fraction = ""] = time.split(".");
    const nanoseconds = Number(fraction.padEnd(9, "0"));
    if (time === "") this.#set(Number.NaN, 0);
    else if (whole.includes("-"))
      this.#setDated(Date.parse(`${whole.replace(" ", "T")}Z`) / 1000, nanoseconds);
    else if (whole.includes(":")) this.#readTimeOfDay(whole, nanoseconds, isIndented);
    else this.#setDated(Number(whole), nanoseconds);
  }

  #readTimeOfDay(text: string, nanoseconds: number, isIndented: boolean): void {
    const [hours = 0, minutes = 0, seconds = 0] = text.split(":").map(Number);
    const sum = hours * 3600 + minutes * 60 + seconds;
    this.#isDifference ??= isIndented && sum === 0 && nanoseconds === 0;
    if (this.#isDifference) this.#add(sum, nanoseconds);
    else this.#set(this.#acrossMidnight(sum), nanoseconds);
  }

  /** A time more than half a day before the last one is of the next day. */
  #acrossMidnight(secondsOfDay: number): number {
    const seconds = this.#days * SECONDS_PER_DAY + secondsOfDay;
    if (this.seconds - seconds <= SECONDS_PER_DAY / 2) return seconds;
    this.#days += 1;
    return seconds + SECONDS_PER_DAY;
  }

  #add(seconds: number, nanoseconds: number): void {
    const sum = (Number.isNaN(this.seconds) ? 0 : this.nanoseconds) + nanoseconds;
    const carry = Math.floor(sum / 1e9);
    this.#set((Number.isNaN(this.seconds) ? 0 : this.seconds) + seconds + carry, sum - carry * 1e9);
  }

  #setDated(seconds: number, nanoseconds: number): void {
    this.hasDate = true;
    this.#set(seconds, nanoseconds);
  }

  #set(seconds: number, nanoseconds: number): void {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
  }
}
