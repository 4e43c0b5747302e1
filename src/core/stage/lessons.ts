/**
 * The six figures that lead to the playground. Each asks before it shows: one new idea, a prediction, a run of the model, the
 * answer, and the experiment that proves it on a kernel.
 *
 * @module
 */

/** One figure. */
export interface Lesson {
  readonly id: string;
  readonly title: string;
  /** What is new, before the question. */
  readonly idea: string;
  readonly question: string;
  readonly choices: readonly string[];
  /** The place of the right one. */
  readonly answer: number;
  /** After the run. */
  readonly explanation: string;
  /** The experiment of the catalogue that shows it on a kernel. */
  readonly proof: string;
  /** A scenario as YAML. */
  readonly scenario: string;
}

const ONE_AT_A_TIME = (holdMs: number) => `{ how: one-at-a-time, hold: ${holdMs}ms }`;

/** In the order in which they are read. */
export const LESSONS: readonly Lesson[] = [
  {
    id: "one-client",
    title: "One client",
    idea: "A handshake is three packets: SYN, SYN+ACK, ACK. The program on the server takes no part in it: the kernel answers, and hands the finished connection over when the program calls accept().",
    question:
      "The server's program sleeps for two seconds before it calls accept(). When does the client's connect() return?",
    choices: [
      "After one round trip, 40 ms",
      "When the program calls accept(), after 2 s",
      "Never: nobody answers",
    ],
    answer: 0,
    explanation:
      "The kernel's SYN+ACK comes after one round trip, and with it connect() returns. The connection then waits in the accept queue for two seconds, and the client notices nothing but a late answer.",
    proof: "capacity",
    scenario: `scenario: One client, and a program that accepts after two seconds.
wire: { delay: 20ms }
listener: { backlog: 4, calls: [{ at: 2s, accept: 1 }] }
clients: [{ at: 0ms, send: 82B, close-after: 3s }]
duration: 6s
`,
  },
  {
    id: "a-queue",
    title: "A queue",
    idea: "Finished connections wait in the accept queue. Its limit is the smaller of listen()'s backlog and net.core.somaxconn.",
    question:
      "The backlog is 2, and nobody calls accept(). Three clients come, one after another. How many get into the accept queue?",
    choices: ["One", "Two: the backlog", "Three: one more than the backlog"],
    answer: 2,
    explanation:
      "The kernel refuses while the length is greater than the limit, so one more fits than the limit says: a limit of 2 has a capacity of 3.",
    proof: "capacity",
    scenario: `scenario: Three clients, backlog 2, and nobody accepts.
wire: { delay: 20ms }
listener: { backlog: 2 }
clients: [{ at: 0ms }, { at: 100ms }, { at: 200ms }]
duration: 2s
`,
  },
  {
    id: "second-queue",
    title: "The second queue",
    idea: "Until its final ACK is there, a handshake is a request in another queue, the SYN queue. The final ACKs of these three clients get lost on the wire, so they stay half-open.",
    question:
      "The accept queue is empty. The SYN queue holds three requests that nobody finishes. What does the server's kernel do?",
    choices: [
      "Nothing: it waits for the clients",
      "It sends the SYN+ACK again, each time after a longer wait",
      "It puts them into the accept queue",
    ],
    answer: 1,
    explanation:
      "Each request has a timer: the SYN+ACK goes out again after 1, 3, 7 … seconds, five times, and then the request is dropped. The two queues fill for different reasons and are mended differently.",
    proof: "half-open-client",
    scenario: `scenario: Three clients whose final ACKs get lost.
wire: { delay: 20ms, rules: [{ from: client, flags: ., do: drop }] }
listener: { backlog: 4, accept: at-once }
clients: [{ at: 0ms }, { at: 60ms }, { at: 120ms }]
duration: 16s
`,
  },
  {
    id: "silent-drop",
    title: "The silent drop",
    idea: "This is the published experiment: backlog 1, and a program that serves one connection at a time. Clients 3 and 4 shake hands at the same moment, and only one place is left.",
    question: "Client 4's final ACK meets a full accept queue. What does client 4 learn of it?",
    choices: ["Its connect() fails", "Nothing: it believes that it is connected", "Its connection is reset"],
    answer: 1,
    explanation:
      "The ACK is dropped without a word. Client 4 has its SYN+ACK, so its connect() has returned, and it sends its request into nothing. The server still has a request in SYN_RECV and sends the SYN+ACK again after 1, 3, 7 seconds. When accept() frees a place, whichever packet comes first finishes the handshake.",
    proof: "overflow-drop",
    scenario: `scenario: Four clients meet a listener with backlog 1 that serves one connection at a time.
sysctls: { net.ipv4.tcp_abort_on_overflow: 0 }
wire: { delay: 20ms }
listener: { backlog: 1, accept: ${ONE_AT_A_TIME(3500)} }
clients: [{ at: 0ms, send: 82B }, { at: 150ms, send: 82B }, { at: 300ms, send: 82B, count: 2 }]
duration: 25s
`,
  },
  {
    id: "echo",
    title: "The echo",
    idea: "While the accept queue is full, SYNs are refused too, and every refused client sends its SYN again one second later: all of them together.",
    question:
      "A pause of 0.8 s fills a queue of 9 places. 20 clients come in that pause. The program is quick again after it. When is the last client connected?",
    choices: [
      "Right after the pause",
      "About a second after it came: with the echo of the refused SYNs",
      "Never",
    ],
    answer: 1,
    explanation:
      "The pause is over and the queue is empty, but the refused clients wait for their timers. Their SYNs come back together, as an echo, one second after the first ones. If the next pause meets the echo, the queue overflows again.",
    proof: "syn-retry-ladder",
    scenario: `scenario: Twenty clients in a pause of 0.8 s, backlog 8.
wire: { delay: 20ms }
listener: { backlog: 8, calls: [{ at: 800ms, accept: 9 }, { at: 1200ms, accept: 20 }, { at: 1400ms, accept: 20 }, { at: 1600ms, accept: 20 }, { at: 2000ms, accept: 20 }] }
clients:
${Array.from({ length: 20 }, (_, place) => `  - { at: ${place * 30}ms }`).join("\n")}
duration: 8s
`,
  },
  {
    id: "too-large",
    title: "Too large",
    idea: "A queue that refuses nobody is not a good one by that alone. Here the backlog is 64, the program needs 300 ms for each connection, and clients give up after 1.5 s; only client 21 has all the patience in the world.",
    question:
      "20 clients come at once, and client 21 right after them. How many of the 20 are still there when accept() takes them?",
    choices: [
      "All of them: nobody was refused",
      "About five: the others have given up while they waited",
      "None",
    ],
    answer: 1,
    explanation:
      "The queue takes everybody in, and the sixth is served after 1.5 s, when it has closed already. From then on the program works for clients that are gone, while client 21 waits behind them for six seconds. A limit that lets clients wait longer than they are patient turns an overload into work for nobody.",
    proof: "client-closes-early",
    scenario: `scenario: Twenty clients at once, backlog 64, 300 ms a connection, patience 1.5 s.
wire: { delay: 20ms }
listener: { backlog: 64, accept: ${ONE_AT_A_TIME(300)} }
clients: [{ at: 0ms, count: 20, send: 82B, close-after: 1500ms }, { at: 50ms, send: 82B }]
duration: 12s
`,
  },
];
