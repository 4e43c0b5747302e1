/**
 * Why a text of which no packet could be read is refused, with the name of its form and what to do instead.
 *
 * @module
 */

const INSTEAD = "give the capture file itself, or the output of tcpdump -nn -r FILE";

/** By the reason for which lines were passed over. */
const SENTENCES: Readonly<Record<string, string>> = {
  "no flags (tcpdump -q)": `this is the output of tcpdump -q, which prints no flags, so that nothing can be told from it; ${INSTEAD}`,
  "no fractions of seconds": `the times of this listing are cut to whole seconds, which tells neither order nor waiting; ${INSTEAD}`,
  "no ports (tshark)": `this is the output of tshark or Wireshark, with lines that name no ports and could be of several connections; ${INSTEAD}`,
  "not TCP": `the lines of this listing are packets, but none is TCP as tcpdump prints it; ${INSTEAD}`,
  "not IP": `the lines of this listing are packets, but none is TCP as tcpdump prints it; ${INSTEAD}`,
  "cut off": `every packet's line of this listing is cut short; ${INSTEAD}`,
};

/** The sentence for the reason that most lines have. */
export function refusalOf(reasons: ReadonlyMap<string, number>): string {
  const [most] = [...reasons].sort(([, one], [, other]) => other - one);
  const sentence = most === undefined ? undefined : SENTENCES[most[0]];
  return sentence ?? `no line of tcpdump's, tshark's or Wireshark's output found; ${INSTEAD}`;
}
