/**
 * Texts of other programs that people take for a listing of packets, by the lines that give them away: a refusal names the program and
 * says what to do.
 *
 * @module
 */

const INSTEAD = "give the capture file itself, or the output of tcpdump -nn -r FILE";

/** What a line of the form looks like, and the sentence that refuses it. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [
    /^Frame \d+: \d+ bytes on wire/,
    `this is the detailed output of tshark or Wireshark (-V, -O), one tree a packet; ${INSTEAD}`,
  ],
  [
    /^\s*(?:\{"index":\{)?"_index": ?"packets-/,
    `this is JSON of tshark (-T json, -T ek), which is not read; ${INSTEAD}`,
  ],
  [/<[pP](?:dml|sml)\b/, `this is XML of tshark or Wireshark (PDML, PSML), which is not read; ${INSTEAD}`],
  [
    /^(?:\d+\.\d+[\t,;|]"?(?:\d+\.){3}\d+"?[\t,;|]|(?:frame|ip|tcp)\.\w+[\t,;|](?:frame|ip|tcp)\.\w+)/,
    `these are chosen columns (tshark -T fields), and nothing says what each of them is; ${INSTEAD}`,
  ],
  [
    /^T \S+:\d+ -> \S+:\d+ \[[A-Z]+\]/,
    `this is the output of ngrep, which shows payload and no handshakes; ${INSTEAD}`,
  ],
  [
    /\[Microsoft-Windows-PktMon\]/,
    "this is the text of Windows' pktmon; turn its log into a capture with pktmon etl2pcap FILE.etl, and give that",
  ],
  [/\bTCP D=\d+ S=\d+/, `this is the text of Solaris' snoop, which is not read; ${INSTEAD}`],
  [
    /^(?:Netid +)?State +Recv-Q +Send-Q|^Proto +Recv-Q +Send-Q/,
    "these are sockets as ss or netstat lists them, and no packets; listenq ls and listenq why PORT look at sockets",
  ],
  [
    /^(?:TcpExt|TcpExt: ?)Listen(?:Overflows|Drops)\b|times the listen queue of a socket overflowed/,
    "these are counters of the kernel (nstat, netstat -s), and no packets; listenq why PORT looks at them",
  ],
  [
    /^0{4,8}:? +(?:[0-9a-f]{2} +){8}/,
    "this is a dump of bytes without a line for each packet; text2pcap of Wireshark makes a capture of it",
  ],
  [/ fd=\d+\(<[46]t?>/, `these are system calls as sysdig prints them, and no packets; ${INSTEAD}`],
];

/** The sentence that refuses the text if the line is one of a known form; null for any other line. */
export function foreignFormOf(line: string): string | null {
  return FORMS.find(([looks]) => looks.test(line))?.[1] ?? null;
}
