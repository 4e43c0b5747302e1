// Records the captures of test/fixtures/captures: what looks like a full accept queue and is none. Each is made in a network
// namespace of its own, which vanishes with the process. Needs root, tcpdump, nginx, redis-server, ab, curl, nft, python3.
//
//     node scripts/record-traps.mjs [NAME ...]
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const target = fileURLToPath(new URL("../test/fixtures/captures/", import.meta.url));

const NGINX = (listen) => `
cat > $DIR/nginx.conf <<END
daemon on; master_process off; pid $DIR/nginx.pid; error_log $DIR/error.log;
events { worker_connections 512; }
http { access_log off; server { ${listen.map((one) => `listen ${one};`).join(" ")} return 200 "hello"; } }
END
nginx -c $DIR/nginx.conf`;

const REDIS = (address, more = "") => `
redis-server --port 6379 --bind ${address} --protected-mode no ${more} --save '' --daemonize yes --logfile $DIR/redis.log --dir $DIR >/dev/null; sleep 0.5`;

const CAPTURE = (filter = "tcp", iface = "lo", more = "") => `
tcpdump -i ${iface} --immediate-mode -Z root -s 96 -U -w $OUT ${more} '${filter}' 2>$DIR/tcpdump.log & TCPDUMP=$!
until grep -q listening $DIR/tcpdump.log; do sleep 0.05; done`;

const PYTHON = (code) => `
cat > $DIR/client.py <<'END'
import socket, struct, time, sys
def checksum(data):
    if len(data) % 2: data += b"\\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
def syn(source, target, sport, dport, sequence):
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    tcp = struct.pack("!HHIIBBHHH", sport, dport, sequence, 0, 0x50, 2, 64240, 0, 0)
    pseudo = socket.inet_aton(source) + socket.inet_aton(target) + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 40, sport, 0, 64, 6, 0) + socket.inet_aton(source) + socket.inet_aton(target)
    raw.sendto(ip + tcp, (target, 0))
def connect(port, host="127.0.0.1"):
    s = socket.socket(); s.settimeout(5); s.connect((host, port)); return s
${code}
END
python3 $DIR/client.py`;

const NO_RST = `nft add table ip t; nft 'add chain ip t o { type filter hook output priority 0; }'; nft add rule ip t o 'tcp flags & rst == rst drop'`;

/** Two hosts, a and b, with 10.7.0.1 and 10.7.0.2 on their eth0; `IN a COMMAND` runs a command there. */
const TWO_HOSTS = `
IN() { local host=$1; shift; nsenter -t $(cat $DIR/$host) -n "$@"; }
for n in a b; do unshare -n sleep 60 & echo $! > $DIR/$n; done; sleep 0.3
ip link add eth0 netns $(cat $DIR/a) type veth peer name eth0 netns $(cat $DIR/b)
IN a ip addr add 10.7.0.1/24 dev eth0; IN b ip addr add 10.7.0.2/24 dev eth0
for n in a b; do IN $n ip link set eth0 up; IN $n ip link set lo up; done; sleep 0.2`;

/** The two hosts once more, with a wire between them that carries everything 700 ms late. */
const SLOW_WIRE = `
for n in a b; do
  IN $n ip link del eth0 2>/dev/null; ip link add v$n type veth peer name eth0 netns $(cat $DIR/$n); ip link set v$n up
  IN $n ip link set eth0 up
  # SIOCETHTOOL: frames that pass through a program need their checksums (ETHTOOL_STXCSUM off) and their real size (SGSO off).
  IN $n python3 -c 'import array, fcntl, socket, struct
for command in (0x17, 0x24):
    value = array.array("B", struct.pack("II", command, 0))
    fcntl.ioctl(socket.socket(), 0x8946, struct.pack("16sP", b"eth0", value.buffer_info()[0]))'
done
IN a ip addr add 10.7.0.1/24 dev eth0; IN b ip addr add 10.7.0.2/24 dev eth0
cat > $DIR/wire.py <<'END'
import collections, select, socket, time
ends = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) for _ in "ab"]
for end, name in zip(ends, ("va", "vb")): end.bind((name, 0))
late = collections.deque()
while True:
    wait = max(0, late[0][0] - time.monotonic()) if late else None
    for end in select.select(ends, [], [], wait)[0]:
        frame, origin = end.recvfrom(65535)
        if origin[2] != 4: late.append((time.monotonic() + 0.7, ends[1 - ends.index(end)], frame))
    while late and late[0][0] <= time.monotonic():
        _, other, frame = late.popleft(); other.send(frame)
END
python3 $DIR/wire.py & sleep 0.5`;

/** A server that answers a SYN with an ACK and a SYN of its own, as the "split handshake" of 2010 did. */
const SPLIT_SERVER = `
cat > $DIR/split.py <<'END'
import socket, struct
def checksum(data):
    if len(data) % 2: data += b"\\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
def send(port, seq, ack, flags, payload=b""):
    tcp = struct.pack("!HHIIBBHHH", 8080, port, seq & 0xffffffff, ack & 0xffffffff, 0x50, flags, 64240, 0, 0) + payload
    home = socket.inet_aton("127.0.0.1")
    pseudo = home + home + struct.pack("!BBH", 0, 6, len(tcp))
    raw.sendto(tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:], ("127.0.0.1", 0))
SYN, ACK, PSH, FIN, isn = 2, 16, 8, 1, 777000
while True:
    packet = raw.recv(4096)
    tcp = packet[(packet[0] & 15) * 4:]
    source, target, seq, ack, offset, flags = struct.unpack("!HHIIBB", tcp[:14])
    if target != 8080: continue
    length = len(tcp) - (offset >> 4) * 4
    if flags & SYN and not flags & ACK:
        send(source, isn, seq + 1, ACK); send(source, isn, 0, SYN)
    elif flags & SYN: send(source, isn + 1, seq + 1, ACK)
    elif length > 0:
        answer = b"HTTP/1.0 200 OK\\r\\n\\r\\nhello"
        send(source, isn + 1, seq + length, ACK | PSH, answer); send(source, isn + 1 + len(answer), seq + length, ACK | FIN)
    elif flags & FIN: send(source, ack, seq + 1, ACK)
END
python3 $DIR/split.py & sleep 0.5`;

const TRAPS = {
  "defer-accept-nginx": [
    NGINX(["127.0.0.1:8080 deferred"]),
    CAPTURE(),
    PYTHON(`a = connect(8080); b = connect(8080)
time.sleep(3.5)
for s in (a, b):
    s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n"); s.recv(4096); s.close()`),
    "curl -s http://127.0.0.1:8080/ >/dev/null",
  ],
  "slow-serial-server": [
    `cat > $DIR/server.py <<'END'
import http.server, time
class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.5); self.send_response(200); self.end_headers(); self.wfile.write(b"hello")
class Server(http.server.HTTPServer): request_queue_size = 128
Server(("127.0.0.1", 8080), Slow).serve_forever()
END
python3 $DIR/server.py 2>/dev/null & sleep 0.7`,
    CAPTURE(),
    "ab -q -n 8 -c 8 http://127.0.0.1:8080/ >/dev/null",
  ],
  "syn-flood-redis": [
    "sysctl -qw net.ipv4.tcp_syncookies=1; ip route add local 10.9.0.0/16 dev lo",
    NO_RST,
    REDIS("127.0.0.1", "--tcp-backlog 16"),
    CAPTURE(),
    PYTHON(`for n in range(120): syn("10.9.%d.%d" % (n % 7, 1 + n), "127.0.0.1", 20000 + n, 6379, 1000 * n)`),
    "redis-cli -p 6379 ping >/dev/null; redis-cli -p 6379 ping >/dev/null; sleep 3.5",
  ],
  "syn-cookies-nginx": [
    "sysctl -qw net.ipv4.tcp_syncookies=2",
    NGINX(["127.0.0.1:8080"]),
    CAPTURE(),
    "ab -q -n 12 -c 4 http://127.0.0.1:8080/ >/dev/null",
  ],
  "fast-open-nginx": [
    "sysctl -qw net.ipv4.tcp_fastopen=3",
    NGINX(["127.0.0.1:8080 fastopen=16"]),
    CAPTURE(),
    "for n in 1 2 3; do curl -s --tcp-fastopen http://127.0.0.1:8080/ >/dev/null; done",
  ],
  "firewall-drops-acks": [
    NGINX(["127.0.0.1:8080"]),
    "nft add table ip t; nft 'add chain ip t i { type filter hook input priority 0; }'; nft add rule ip t i tcp dport 8080 tcp sport 40001 'tcp flags & (syn | ack) == ack' drop",
    CAPTURE(),
    "curl -s --local-port 40001 --max-time 4 http://127.0.0.1:8080/ >/dev/null & for n in 1 2 3 4 5; do curl -s http://127.0.0.1:8080/ >/dev/null; sleep 0.5; done; sleep 2",
  ],
  "firewall-resets": [
    NGINX(["127.0.0.1:8080"]),
    "nft add table ip t; nft 'add chain ip t i { type filter hook input priority 0; }'; nft add rule ip t i tcp dport 8080 tcp sport 40001 'tcp flags & (syn | ack) == ack' reject with tcp reset",
    CAPTURE(),
    "curl -s http://127.0.0.1:8080/ >/dev/null; curl -s --local-port 40001 --max-time 2 http://127.0.0.1:8080/ >/dev/null; curl -s http://127.0.0.1:8080/ >/dev/null",
  ],
  "firewall-drops-syns": [
    NGINX(["127.0.0.1:8080"]),
    "nft add table ip t; nft 'add chain ip t i { type filter hook input priority 0; }'; nft add rule ip t i tcp dport 8080 tcp sport 40001 drop",
    CAPTURE(),
    "curl -s http://127.0.0.1:8080/ >/dev/null; curl -s --local-port 40001 --max-time 4 http://127.0.0.1:8080/ >/dev/null; curl -s http://127.0.0.1:8080/ >/dev/null",
  ],
  "reflected-syn-acks": [
    "ip route add local 10.9.0.0/16 dev lo",
    NO_RST,
    NGINX(["127.0.0.1:8080"]),
    CAPTURE("tcp src port 8080"),
    PYTHON(`for n in range(5): syn("10.9.0.%d" % (1 + n), "127.0.0.1", 20000 + n, 8080, 1000 * n)`),
    "sleep 7.5",
  ],
  "port-scan": [
    NGINX(["127.0.0.1:8080", "127.0.0.1:8081"]),
    CAPTURE(),
    PYTHON(`for port in range(8060, 8100):
    try: connect(port).close()
    except OSError: pass`),
  ],
  "begins-and-ends-amid": [
    NGINX(["127.0.0.1:8080"]),
    "ab -q -k -n 100000 -c 6 http://127.0.0.1:8080/ >/dev/null & AB=$!; sleep 0.3",
    CAPTURE("tcp", "lo", "-c 400"),
    "wait $TCPDUMP; kill $AB 2>/dev/null",
  ],
  "time-wait-redis": [
    // Without timestamps a SYN must have a number above the old connection's last: 30 MB carry that far beyond the clock's.
    "sysctl -qw net.ipv4.tcp_timestamps=0",
    REDIS("127.0.0.1"),
    CAPTURE("tcp", "lo", "-s 64"),
    PYTHON(`def ask(*requests):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", 40001)); s.settimeout(5); s.connect(("127.0.0.1", 6379))
    for request in requests: s.sendall(request); s.recv(100)
    while s.recv(100): pass
    s.close()
ask(b"*3\\r\\n$3\\r\\nSET\\r\\n$1\\r\\nk\\r\\n$30000000\\r\\n" + bytes(30000000) + b"\\r\\n", b"QUIT\\r\\n")
ask(b"PING\\r\\n", b"QUIT\\r\\n")`),
    "redis-cli ping >/dev/null",
  ],
  "split-handshake": [
    NO_RST,
    CAPTURE(),
    SPLIT_SERVER,
    "curl -s --max-time 3 http://127.0.0.1:8080/ >/dev/null",
  ],
  "long-round-trip-nginx": [
    TWO_HOSTS,
    SLOW_WIRE,
    NGINX(["10.7.0.2:8080"]).replace("nginx -c", "IN b nginx -c"),
    CAPTURE("tcp", "eth0").replace("tcpdump -i", "IN a tcpdump -i"),
    "for n in 1 2 3; do IN a curl -s http://10.7.0.2:8080/ >/dev/null & sleep 0.4; done; sleep 8",
  ],
  "lossy-link-redis": [
    TWO_HOSTS,
    `for n in a b; do
  IN $n nft add table ip t; IN $n nft 'add chain ip t i { type filter hook input priority 0; }'; IN $n nft add rule ip t i numgen random mod 100 '<' 20 drop
done`,
    REDIS("10.7.0.2").replace("redis-server", "IN b redis-server"),
    CAPTURE("tcp", "eth0").replace("tcpdump -i", "IN a tcpdump -i"),
    "for n in $(seq 30); do IN a timeout 9 redis-cli -h 10.7.0.2 ping >/dev/null & sleep 0.05; done; sleep 10",
  ],
  "cut-handshake": [
    NGINX(["127.0.0.1:8080"]),
    // The capture ends at the fifth connection's SYN+ACK.
    CAPTURE("tcp", "lo", "-c 42"),
    "ab -q -n 8 -c 1 http://127.0.0.1:8080/ >/dev/null; wait $TCPDUMP",
  ],
  "copies-on-a-bridge": [
    `ip link add br0 type bridge; ip link set br0 up
for n in a b; do
  unshare -n sleep 60 & echo $! > $DIR/$n; sleep 0.3
  ip link add v$n type veth peer name eth0 netns $(cat $DIR/$n); ip link set v$n master br0 up
done
nsenter -t $(cat $DIR/a) -n sh -c 'ip addr add 10.7.0.1/24 dev eth0; ip link set eth0 up'
nsenter -t $(cat $DIR/b) -n sh -c 'ip addr add 10.7.0.2/24 dev eth0; ip link set eth0 up; ip link set lo up'
cd $DIR; nsenter -t $(cat $DIR/b) -n python3 -m http.server 8080 2>/dev/null >/dev/null & sleep 1.5`,
    CAPTURE("tcp", "any"),
    "nsenter -t $(cat $DIR/a) -n ab -q -n 6 -c 2 http://10.7.0.2:8080/ >/dev/null",
  ],
};

const names = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(TRAPS);
for (const name of names) {
  const folder = mkdtempSync(join(tmpdir(), "listenq-trap-"));
  const script = [
    "set -m; ip link set lo up",
    ...TRAPS[name],
    "sleep 0.6; kill -INT -- -$TCPDUMP 2>/dev/null; wait $TCPDUMP",
    "true",
  ];
  writeFileSync(join(folder, "run.sh"), script.join("\n"));
  const env = { ...process.env, DIR: folder, OUT: join(target, `${name}.pcap`) };
  try {
    execFileSync(
      "unshare",
      ["--net", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", join(folder, "run.sh")],
      {
        env,
        stdio: ["ignore", "ignore", "inherit"],
        timeout: 60_000,
        killSignal: "SIGKILL",
      },
    );
    console.log(`${name}: recorded`);
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
  rmSync(folder, { recursive: true, force: true });
}
