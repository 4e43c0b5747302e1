/**
 * Names that tcpdump prints instead of ports when it was run without `-nn`: the few of /etc/services that listeners have on
 * Linux. Any other name cannot be turned back.
 *
 * @module
 */

const PORTS: Readonly<Record<string, number>> = {
  "ftp-data": 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  gopher: 70,
  http: 80,
  kerberos: 88,
  pop3: 110,
  sunrpc: 111,
  nntp: 119,
  imap2: 143,
  imap: 143,
  bgp: 179,
  ldap: 389,
  https: 443,
  "microsoft-ds": 445,
  submissions: 465,
  submission: 587,
  ldaps: 636,
  rsync: 873,
  imaps: 993,
  pop3s: 995,
  socks: 1080,
  openvpn: 1194,
  "ms-sql-s": 1433,
  mqtt: 1883,
  nfs: 2049,
  mysql: 3306,
  "ms-wbt-server": 3389,
  postgresql: 5432,
  amqp: 5672,
  amqps: 5671,
  x11: 6000,
  redis: 6379,
  "http-alt": 8080,
  webcache: 8080,
  omniorb: 8088,
  "radan-http": 8088,
  "https-alt": 8443,
  git: 9418,
};

const NUMBERS: ReadonlySet<number> = new Set(Object.values(PORTS));

/** The port that a text of digits or a service's name stands for; null for any other. */
export function portOf(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return Object.hasOwn(PORTS, text) ? (PORTS[text] ?? null) : null;
  const port = Number(text);
  return port > 0xffff ? null : port;
}

/** Whether a name of the list stands for this port. */
export function isKnownPort(port: number): boolean {
  return NUMBERS.has(port);
}
