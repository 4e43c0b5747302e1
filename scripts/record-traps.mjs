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
    "redis-server --port 6379 --bind 127.0.0.1 --tcp-backlog 16 --save '' --daemonize yes --logfile $DIR/redis.log --dir $DIR >/dev/null; sleep 0.5",
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
    "sleep 0.6; kill -INT $TCPDUMP 2>/dev/null; wait $TCPDUMP",
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
      },
    );
    console.log(`${name}: recorded`);
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
  rmSync(folder, { recursive: true, force: true });
}
