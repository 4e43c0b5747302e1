/**
 * What the times of a listing mean: seconds since 1970 (`-tt`), date and time (`-tttt`, in the zone of whoever captured, which
 * the listing does not tell), the time of a day (the usual form), the difference to the line before (`-ttt`), or the time since
 * the first packet (`-ttttt`, tshark). The last two look alike, so somebody must say which it is.
 *
 * @module
 */

const SECONDS_PER_DAY = 86_400;
/** Smaller numbers of seconds count from the first packet, not from 1970: this one is of March 1973. */
const FIRST_EPOCH = 1e8;

/** What times mean that begin with zero. */
export type Counting = "difference" | "elapsed";

/** A time as printed. */
export interface PrintedTime {
  readonly form: "date" | "epoch" | "time of day" | "short";
  /** Since 1970, or since some midnight or packet. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Turns printed times into time since 1970 or, where there is no date, since some midnight. */
export class ListingClock {
  seconds: number = Number.NaN;
  nanoseconds = 0;
  /** Whether the times of this listing have a date, which is taken as if it were UTC. */
  hasDate = false;
  /** How a listing counts whose first time is zero; null for one with times of day. */
  counting: Counting | null = null;
  #days = 0;

  /** Takes a line's time; an empty text is no time. */
  read(time: string): void {
    const printed = parseTime(time);
    if (printed === null) this.#set(Number.NaN, 0);
    else if (this.counting === "difference") this.#add(printed);
    else if (printed.form === "time of day" && this.counting === null)
      this.#set(this.#acrossMidnight(printed.seconds), printed.nanoseconds);
    else {
      this.hasDate ||= printed.form === "date" || printed.form === "epoch";
      this.#set(printed.seconds, printed.nanoseconds);
    }
  }

  /** A time more than half a day before the last one is of the next day. */
  #acrossMidnight(secondsOfDay: number): number {
    const seconds = this.#days * SECONDS_PER_DAY + secondsOfDay;
    if (this.seconds - seconds <= SECONDS_PER_DAY / 2) return seconds;
    this.#days += 1;
    return seconds + SECONDS_PER_DAY;
  }

  #add({ seconds, nanoseconds }: PrintedTime): void {
    const sum = (Number.isNaN(this.seconds) ? 0 : this.nanoseconds) + nanoseconds;
    const carry = Math.floor(sum / 1e9);
    this.#set((Number.isNaN(this.seconds) ? 0 : this.seconds) + seconds + carry, sum - carry * 1e9);
  }

  #set(seconds: number, nanoseconds: number): void {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
  }
}

/** The time in a text such as `14:02:11.000021`, `2024-05-01 14:02:11.000021` or `1714572131.000021`; null for an empty one. */
export function parseTime(time: string): PrintedTime | null {
  if (time === "") return null;
  const [whole = "", fraction = ""] = time.split(/[.,]/);
  const nanoseconds = Number(fraction.padEnd(9, "0").slice(0, 9));
  if (whole.includes("-")) {
    return { form: "date", seconds: Date.parse(`${whole.replace(" ", "T")}Z`) / 1000, nanoseconds };
  }
  if (!whole.includes(":")) {
    const seconds = Number(whole);
    return { form: seconds >= FIRST_EPOCH ? "epoch" : "short", seconds, nanoseconds };
  }
  const [hours = 0, minutes = 0, seconds = 0] = whole.split(":").map(Number);
  return { form: "time of day", seconds: hours * 3600 + minutes * 60 + seconds, nanoseconds };
}
