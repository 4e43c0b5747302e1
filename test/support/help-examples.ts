/**
 * Every example that a command's `--help` prints, with the situation that it needs: test/kernel/help-examples.test.ts pastes each into a
 * world of its own.
 *
 * @module
 */
import { join } from "node:path";

const FIXTURES = join(import.meta.dirname, "../fixtures");

/** How an example is run. */
export interface ExampleRun {
  /** Bash that sets up what it needs. */
  readonly before?: string;
  /** Ends only with Ctrl-C, or takes long: bash whose success means that it is at work. `$P` is its pid; `out` and `err` have what it said. */
  readonly interruptWhen?: string;
  /** Keys that end it, once a listener is on the screen: it runs in a terminal. */
  readonly keys?: string;
  /** 130 where it is interrupted, else 0; several where that is a matter of the machine. */
  readonly code?: number | readonly number[];
  /** What stdout must have. */
  readonly says?: RegExp;
  /** What must be so afterwards, as bash. */
  readonly after?: string;
  /** Programs without which it cannot be run. */
  readonly needs?: readonly string[];
}

const serve = (port: number, backlog = 64): string =>
  `python3 ${FIXTURES}/situations/keep_all.py ${port} ${backlog} & until_listens ${port};`;
/** A listener from which nobody takes anybody, with more clients than fit. */
const full = (port: number): string => `
  python3 -c "import socket,time
s=socket.socket(); s.bind(('127.0.0.1',${port})); s.listen(2); time.sleep(1000)" & until_listens ${port}
  coproc C { python3 ${FIXTURES}/situations/clients.py ${port} 1000 .05 8; }; read -r _ <&"\${C[0]}";`;
/** The same, and a client has sent its SYN again. */
const refused = (port: number): string =>
  `${full(port)} until ss -Htno state syn-sent | grep -q ',[1-9])'; do sleep .05; done;`;
/** A client of 192.0.2.7:443 has sent its SYN again, and nobody answers. */
const unanswered = `ip link add d0 type veth peer name d1; ip link set d1 up; ip addr add 192.0.2.1/24 dev d0; ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev d0; ip link set d0 up
  python3 -c "import socket,time
s=socket.socket(); s.setblocking(0); s.connect_ex(('192.0.2.7',443)); print(1,flush=True); time.sleep(1000)" > c & until [ -s c ]; do sleep .05; done
  until ss -Htno state syn-sent | grep -q ',[1-9])'; do sleep .05; done`;
const capture = (file: string, server = "10.0.0.7", port = 443): string =>
  `python3 ${FIXTURES}/help-examples/write_capture.py ${file} ${server} ${port};`;
const scenario = `cp ${FIXTURES}/scenarios/silent-client-of-a-server-that-waits.yaml my-scenario.yaml`;
/** It has opened the socket by which listeners are asked for. */
const LOOKS = "ls -l /proc/$P/fd | grep -q socket:";
const said = (words: string): string => `grep -q '${words}' out err`;

const WHY: Readonly<Record<string, ExampleRun>> = {
  "listenq why 8080": { before: serve(8080), says: /not-the-queue/ },
  "sudo listenq why 443 --netns all": {
    before: `unshare -n bash -c 'ip link set lo up; exec python3 ${FIXTURES}/situations/keep_all.py 443 64' & until nsenter -t $! -n ss -Hltn 'sport = :443' | grep -q .; do sleep .05; done;`,
    says: /not-the-queue/,
  },
  "listenq why /run/php/php-fpm.sock": {
    before: `mkdir /run/php; python3 -c "import socket,time
s=socket.socket(1); s.bind('/run/php/php-fpm.sock'); s.listen(2); time.sleep(1000)" & until [ -S /run/php/php-fpm.sock ]; do sleep .05; done`,
    says: /php-fpm\.sock/,
  },
  "listenq why nginx": {
    before: `echo "daemon on; pid $PWD/n.pid; error_log $PWD/e.log; events {}
      http { access_log off; $(for t in client_body proxy fastcgi uwsgi scgi; do echo "\${t}_temp_path $PWD/$t;"; done) server { listen 8080; } }" > n.conf
      nginx -c $PWD/n.conf; until_listens 8080`,
    says: /nginx/,
    needs: ["nginx"],
  },
  "listenq why": { before: full(8080), says: /8080/ },
  "listenq why 192.0.2.7:443": { before: unanswered, says: /192\.0\.2\.7:443/ },
  "listenq why 8080 --for 30s": { before: serve(8080), interruptWhen: LOOKS, says: /8080/ },
  "listenq why 8080 --fail-on warning": { before: full(8080), code: 1, says: /nobody-accepts/ },
  "listenq why 8080 --json | jq .verdict.code": {
    before: serve(8080),
    says: /^"not-the-queue"\n$/,
    needs: ["jq"],
  },
};

const LS: Readonly<Record<string, ExampleRun>> = {
  listenq: { before: serve(8080), says: /8080/ },
  "listenq ls --port 8080": { before: serve(8080), says: /8080/ },
  "listenq ls --process nginx": { ...WHY["listenq why nginx"], says: /nginx/ },
  "listenq ls --unix": { ...WHY["listenq why /run/php/php-fpm.sock"] },
  "sudo listenq ls --netns all": {
    ...WHY["sudo listenq why 443 --netns all"],
    says: /NAMESPACE(.|\n)*443/,
  },
  "listenq ls --fail-on critical --port 8080": { before: full(8080), code: 1, says: /FULL/ },
  "listenq ls --json | jq '.listeners[] | select(.acceptQueue.length > .acceptQueue.limit)'": {
    before: full(8080),
    says: /"port": 8080/,
    needs: ["jq"],
  },
};

const LIVE: Readonly<Record<string, ExampleRun>> = {
  "listenq top": { before: serve(8080), keys: "q", says: /8080/ },
  "sudo listenq top --netns all": { before: serve(8080), says: /8080/ },
  "listenq top --watch 80,443": { before: serve(443), says: /443/ },
  "listenq top --sort drops --once": { before: full(8080), says: /8080/ },
  "listenq top --json --every 5s | jq '.listeners[] | {port, peak, fullMs, dropsPerSecond}'": {
    before: full(8080),
    says: /"port": 8080/,
    needs: ["jq"],
  },
  "sudo listenq raise 6379 --to 1024": { before: serve(6379), after: '[ "$(limit_of 6379)" = 1024 ]' },
  "sudo listenq raise 6379 --to 1024 --dry-run": {
    before: serve(6379),
    after: '[ "$(limit_of 6379)" = 64 ]',
  },
  "sudo listenq raise 443 --to 4096 --for 10s": {
    before: serve(443),
    after: '[ "$(limit_of 443)" = 4096 ]',
  },
  "sudo listenq raise 8080 --to 1024 --netns all --process java": {
    before: `cp $(python3 -c "import sys; print(sys.executable)") java; ./java ${FIXTURES}/situations/keep_all.py 8080 64 & until_listens 8080`,
    after: '[ "$(limit_of 8080)" = 1024 ]',
  },
  "sudo listenq victims": { before: full(8080), interruptWhen: "[ -s out ]" },
  "sudo listenq victims --port 443 --for 60s": { before: full(443), interruptWhen: "[ -s out ]" },
  "sudo listenq victims --for 10s --json | jq '.listeners[].clients'": { before: full(8080), needs: ["jq"] },
  "listenq clients": {
    before: refused(8080),
    says: /127\.0\.0\.1:8080/,
  },
  "listenq clients 192.0.2.7:443": { before: unanswered, says: /192\.0\.2\.7:443/ },
  "listenq clients --for 5s": { before: refused(8080), says: /8080/ },
  "sudo listenq clients --netns all": { before: refused(8080), says: /8080/ },
  "listenq clients --json | jq '.destinations[] | select(.silent > 0)'": {
    before: refused(8080),
    needs: ["jq"],
  },
  "listenq exporter": { interruptWhen: said("/metrics") },
  "sudo listenq exporter --netns all": { interruptWhen: said("/metrics") },
  "listenq exporter --listen 0.0.0.0:9842": { interruptWhen: said("/metrics") },
  "listenq exporter --max-listeners 50": { interruptWhen: said("/metrics") },
  "listenq exporter --every 20ms": { interruptWhen: said("/metrics") },
  "listenq exporter --clients": { interruptWhen: said("/metrics") },
};

const RECORDING: Readonly<Record<string, ExampleRun>> = {
  "sudo listenq record /var/lib/listenq --netns all --max-size 1GB --max-age 168h": {
    before: `mount -t tmpfs none /var/lib; ${serve(8080)}`,
    interruptWhen: "ls /var/lib/listenq | grep -q lqr",
  },
  "listenq record here --every 500ms --for 10m": {
    before: serve(8080),
    interruptWhen: "ls here 2> /dev/null | grep -q lqr",
  },
  "listenq record here --for 1m --export out.parquet": {
    before: serve(8080),
    interruptWhen: "ls here 2> /dev/null | grep -q lqr",
    after: '[ "$(head -c 4 out.parquet)" = PAR1 ]',
  },
  "listenq replay here": { before: "cp -r $RECORDING here", says: /critical/ },
  "listenq replay /var/lib/listenq": {
    before: "mount -t tmpfs none /var/lib; cp -r $RECORDING /var/lib/listenq",
    says: /critical/,
  },
  "listenq replay here --since 2026-11-25T03:00Z --until 2026-11-25T03:10Z --top": {
    before: "cp -r $RECORDING here",
    keys: "q",
    says: /:80 /,
  },
  "listenq replay here --since 2026-11-25T03:00Z --fail-on critical": {
    before: "cp -r $RECORDING here",
    code: 1,
    says: /critical/,
  },
  "listenq replay here --json | jq '.samples[].listeners[] | select(.fullMs > 0)'": {
    before: "cp -r $RECORDING here",
    says: /"port": 80/,
    needs: ["jq"],
  },
  "listenq replay here --export out.parquet": {
    before: "cp -r $RECORDING here",
    after: '[ "$(head -c 4 out.parquet)" = PAR1 ]',
  },
};

const EXPLAIN: Readonly<Record<string, ExampleRun>> = {
  "listenq explain customer.pcapng": { before: capture("customer.pcapng"), says: /10\.0\.0\.7:443/ },
  "listenq explain client.pcap server.pcap": {
    before: capture("client.pcap") + capture("server.pcap"),
    says: /10\.0\.0\.7:443/,
  },
  "listenq explain big.pcap.gz --server 10.0.0.7:443 --since 30s --until 2m": {
    before: `${capture("big.pcap")} gzip big.pcap`,
    says: /10\.0\.0\.7:443/,
  },
  "listenq explain x.pcap --anonymize --json": {
    before: capture("x.pcap"),
    says: /^(?!(.|\n)*10\.0\.0\.7)(.|\n)*"schema"/,
  },
  "listenq explain x.pcap --report ticket.html": {
    before: capture("x.pcap"),
    after: "[ -s ticket.html ]",
  },
  "listenq explain x.pcap --annotate story.pcapng": {
    before: capture("x.pcap"),
    after: "[ -s story.pcapng ]",
  },
  "tcpdump -nn -r x.pcap port 80 | listenq explain -": {
    before: capture("x.pcap", "10.0.0.7", 80),
    says: /10\.0\.0\.7:80/,
    needs: ["tcpdump"],
  },
  "sudo listenq explain --interface eth0 --port 443": {
    before: "ip link add eth0 type veth peer name e1; ip link set e1 up; ip link set eth0 up",
    interruptWhen: LOOKS,
  },
};

const LAB: Readonly<Record<string, ExampleRun>> = {
  "listenq lab run overflow-drop": { says: /8 of 8 claims hold/ },
  "listenq lab run overflow-drop --faithful": { interruptWhen: said("running"), says: /overflow-drop/ },
  "listenq lab run overflow-drop --pcap drop.pcapng": { after: "[ -s drop.pcapng ]" },
  "listenq lab run capacity --ipv6 --json": { says: /"verdict": ?"holds"/ },
  "listenq lab run head-of-line --model": { says: /On the model/ },
  "listenq lab run my-scenario.yaml": { before: scenario, says: /scenario/i },
  "listenq lab export overflow-drop --packetdrill > overflow-drop.pkt": { after: "[ -s overflow-drop.pkt ]" },
  "listenq lab list": { says: /overflow-drop/ },
  "listenq lab list --json": { says: /"overflow-drop"/ },
  "listenq simulate overflow-drop": { says: /claims hold/ },
  "listenq simulate overflow-loopback --kernel 3.10 --faithful": { code: 1, says: /2 of 8 claims hold/ },
  "listenq simulate overflow-drop --kernel 3.10,6.14": { says: /3\.10/ },
  "listenq simulate overflow-drop --kernel 3.10,6.14 --report r.html": { after: "[ -s r.html ]" },
  "listenq simulate my-scenario.yaml --kernel this --pcap model.pcapng": {
    before: scenario,
    after: "[ -s model.pcapng ]",
  },
  "listenq simulate --all --json": { says: /"schema"/ },
  "listenq verify": { interruptWhen: LOOKS },
  "listenq verify --exhaustive 2": { interruptWhen: LOOKS },
  "listenq verify --scenarios 2000 --seed 7": { interruptWhen: LOOKS },
  "listenq verify --era 4.4": { interruptWhen: LOOKS },
};

const PLAN: Readonly<Record<string, ExampleRun>> = {
  "listenq plan --rate 2000/s --pause 500ms": { says: /backlog/ },
  "listenq plan --rate 2000/s --pause 500ms --every 1s --patience 3s": { says: /backlog/ },
  "listenq plan --rate 300/s --pause 2s --software nginx": { says: /listen .*backlog=/ },
  "listenq plan --rate 2000/s --pause 500ms --what-if backlog=128,511,4096": { says: /4096/ },
  "listenq plan --rate 1000/s --pause 500ms --prove": { code: [0, 1], says: /on this kernel/ },
  "listenq plan --rate 2000/s --pauses gc.txt --every 1s": {
    before: "printf '500ms\\n20ms\\n' > gc.txt",
    says: /backlog/,
  },
  "listenq plan --rate 2000/s --pause 500ms --reuseport 4": { says: /backlog/ },
  "listenq plan --from-port 8080 --for 30s": { before: serve(8080), interruptWhen: LOOKS },
  "listenq plan --from-recording /var/lib/listenq --port 8080 --patience 3s": {
    before: `mount -t tmpfs none /var/lib; ${full(8080)} $LISTENQ record /var/lib/listenq --for 3s > r.log 2>&1`,
    says: /backlog/,
  },
  "listenq plan --rate 2000/s --pause 500ms --json": { says: /"schema"/ },
};

/** Clients that it refuses would try for a minute. */
const quickServer = `python3 ${FIXTURES}/help-examples/answer_all.py 8088 & until_listens 8088`;

const LOAD: Readonly<Record<string, ExampleRun>> = {
  "listenq server": { interruptWhen: "ss -Hltn 'sport = :8088' | grep -q ." },
  "listenq server --backlog 128 --hold 500ms": { interruptWhen: "ss -Hltn 'sport = :8088' | grep -q ." },
  "listenq server --address 0.0.0.0 --port 80": { interruptWhen: "ss -Hltn 'sport = :80' | grep -q ." },
  "listenq server --port 0 --count 4 --json": { interruptWhen: "ss -Hltnp | grep -q pid=$P," },
  "listenq load -n 4 -c 4 http://localhost:8088/": {
    before: "$LISTENQ server --hold 100ms > s.log 2>&1 & until_listens 8088",
    says: /4/,
  },
  "listenq load -n 1000 -c 50 --timeout 5s 10.0.0.7:8080 --yes-this-is-mine 10.0.0.7": {
    before:
      "ip addr add 10.0.0.7/32 dev lo; $LISTENQ server --address 10.0.0.7 --port 8080 --backlog 128 --hold 1ms > s.log 2>&1 & until_listens 8080",
    says: /1000/,
  },
  "listenq load --rate 2000/s --duration 5s localhost:8088": { before: quickServer, says: /schedule/ },
  "listenq load --rate 100/s --burst 500 every 10s --duration 1min localhost:8088": {
    before: quickServer,
    interruptWhen: said("opened"),
  },
  "listenq load --replay arrivals.txt localhost:8088": {
    before: `printf '0\\n0.1\\n0.2\\n' > arrivals.txt; ${quickServer}`,
    says: /schedule/,
  },
  "listenq load --rate 500/s --duration 10s --report load.html localhost:8088": {
    before: quickServer,
    after: "[ -s load.html ]",
  },
  "listenq load --rate 500/s --send 'QUIT\\r\\n' localhost:6379": {
    before: "redis-server --port 6379 --save '' > r.log 2>&1 & until_listens 6379",
    says: /schedule/,
    needs: ["redis-server"],
  },
  "listenq load -n 100 -c 10 --json localhost:8088 | jq .failures": {
    before: quickServer,
    needs: ["jq"],
  },
};

const WEB: Readonly<Record<string, ExampleRun>> = {
  "listenq web": { interruptWhen: said("http://127.0.0.1") },
  "listenq web --listen 127.0.0.1:0": { interruptWhen: said("http://127.0.0.1") },
  "sudo listenq web --netns all --unix": { interruptWhen: said("http://127.0.0.1") },
};

const REST: Readonly<Record<string, ExampleRun>> = {
  "listenq doctor": { says: /SYN queue/ },
  "sudo listenq doctor": { says: /SYN queue/ },
  "listenq doctor --json | jq -r '.features[] | select(.answer != \"yes\") | .remedy'": { needs: ["jq"] },
  "listenq docs accept-queue-full": { says: /accept-queue-full/ },
  "listenq docs": { says: /accept-queue-full/ },
  "listenq completion bash > /etc/bash_completion.d/listenq": {
    before: "mkdir -p etc; mount --bind etc /etc/bash_completion.d",
    after: "grep -q complete /etc/bash_completion.d/listenq",
  },
  "source <(listenq completion bash)": {},
  "mkdir -p ~/.zfunc && listenq completion zsh > ~/.zfunc/_listenq": {
    after: "grep -q compdef ~/.zfunc/_listenq",
  },
  "listenq completion fish > ~/.config/fish/completions/listenq.fish": {
    before: "mkdir -p ~/.config/fish/completions # which fish makes when it starts",
    after: "grep -q complete ~/.config/fish/completions/listenq.fish",
  },
};

/** By the line that is typed. */
export const EXAMPLE_RUNS: Readonly<Record<string, ExampleRun>> = {
  ...LS,
  ...WHY,
  ...LIVE,
  ...RECORDING,
  ...EXPLAIN,
  ...LAB,
  ...PLAN,
  ...LOAD,
  ...WEB,
  ...REST,
};
