/**
 * Remedies that are commands, pasted into a shell in namespaces of their own: each must do what it says. Those that cannot be
 * pasted here stand at the end, each with the reason.
 */
import { describe, expect, it } from "vitest";
import { canMakeWorlds, hasProgram, runInOwnWorld } from "../support/own-world.ts";

/** Runs a script, whose output must be complete. */
async function shell(script: string, timeoutMs?: number): Promise<string> {
  const { code, stdout, stderr } = await runInOwnWorld(script, timeoutMs);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}${stdout}`);
  return stdout;
}

/** Python that listens on 8080, and does something with each connection. */
const server = (backlog: number, each: string, before = ""): string => `cat > s.py <<'EOF'
import socket,time,resource,os
${before}
s=socket.socket(); s.setsockopt(1,2,1); s.bind(('127.0.0.1',8080)); s.listen(${backlog}); k=[]
while 1:
    try: c=s.accept()[0]
    except OSError: time.sleep(.05); continue
    ${each}
EOF
python3 s.py & P=$!; until_listens 8080
`;
const clients = (count: number): string => `cat > c.py <<'EOF'
import socket,time
k=[]
for i in range(${count}):
    s=socket.socket(); s.setblocking(False)
    try: s.connect(('127.0.0.1',8080))
    except BlockingIOError: pass
    k.append(s)
print('connected',flush=True); time.sleep(100)
EOF
coproc C { python3 c.py; }; read -r <&"\${C[0]}"
`;

describe.skipIf(!canMakeWorlds || !hasProgram("python3"))("remedies, pasted (needs root and python3)", () => {
  it.skipIf(!hasProgram("redis-server")).each([
    ["nobody sets it", "true"],
    ["a late file of /etc sets it", "echo 'net.core.somaxconn = 128' > /etc/sysctl.d/99-late.conf"],
    ["it is spelled with slashes", "echo '-net/core/somaxconn=128' > /etc/sysctl.d/99-late.conf"],
    [
      "a package sets it late",
      "mkdir -p /usr/lib/sysctl.d; echo 'net.core.somaxconn = 128' > /usr/lib/sysctl.d/99-zz.conf",
    ],
  ])("a sysctl counts now and after the next start of the machine, where %s", async (_, setting) => {
    const out = await shell(`
      ${setting}; sysctl -qw net.core.somaxconn=128
      start() { redis-server --port 6379 --bind 127.0.0.1 --save '' --daemonize yes --dir $PWD > /dev/null; until_listens 6379; }
      start; $LISTENQ ls --json > ls.json
      now=$(remedy limit-clamped '^sysctl -w' ls.json) && later=$(remedy limit-clamped 'for good' ls.json) || exit 1
      eval "$now" > /dev/null || exit 1; eval "$later" || exit 1
      redis-cli -p 6379 shutdown nosave; while ss -Hltn 'sport = :6379' | grep -q .; do sleep .05; done; start
      echo "restarted: $(limit_of 6379)"
      # The start of a machine.
      sysctl -qw net.core.somaxconn=4096; sysctl --system > /dev/null; cat /proc/sys/net/core/somaxconn`);
    expect(out).toBe("restarted: 511\n511\n");
  });

  it("more file descriptors: up to the hard limit for whoever owns the process, beyond it as root", async () => {
    const limits = "resource.setrlimit(resource.RLIMIT_NOFILE,(30,4096))";
    const out = await shell(`
      ${server(64, "k.append(c)", limits)} ${clients(60)}
      $LISTENQ why 8080 --for 200ms --json > why.json
      soft=$(remedy owner-at-fd-limit 'nofile=[0-9]*: ' why.json) && hard=$(remedy owner-at-fd-limit 'nofile=[0-9]*:[0-9]' why.json) || exit 1
      setpriv --bounding-set -sys_resource --inh-caps -sys_resource bash -c "$soft" || exit 1
      awk '/open files/ {print $4, $5}' /proc/$P/limits
      while ss -Hltn 'sport = :8080' | awk '{exit $2 == 0}'; do sleep .05; done
      echo "all taken"; echo "$hard" | grep -oE 'nofile=[0-9:]+'`);
    expect(out).toBe("4096 4096\nall taken\nnofile=65536:65536\n");
  });

  it.skipIf(!hasProgram("gunicorn") || !hasProgram("strace"))(
    "what a worker of a server that forks waits for: the worker is named, and its call is seen",
    async () => {
      const out = await shell(`
        printf 'import time\\ndef app(env, sr):\\n    time.sleep(60); sr("200 OK",[]); return [b"ok"]\\n' > app.py
        gunicorn -w 1 -t 300 -b 127.0.0.1:8080 app:app > g.log 2>&1 & G=$!; until_listens 8080
        until pgrep -P $G > /dev/null; do sleep .05; done
        cat > get.py <<'EOF'
import socket,time
k=[]
for _ in range(10):
    s=socket.create_connection(('127.0.0.1',8080)); s.send(b'GET / HTTP/1.0\\r\\n\\r\\n'); k.append(s)
print('connected',flush=True); time.sleep(100)
EOF
        coproc C { python3 get.py; }; read -r <&"\${C[0]}"
        until ss -Hltn 'sport = :8080' | awk '{exit $2 != 9}'; do sleep .05; done
        $LISTENQ why 8080 --for 1200ms --json > why.json
        worker=$(pgrep -P $G | head -1)
        where=$(remedy nobody-accepts wchan why.json) && call=$(remedy nobody-accepts strace why.json) || exit 1
        echo "$where" | grep -q "/proc/$worker/" && echo "names the worker"; eval "$where"
        eval "$call" 2>&1 | head -3`);
      expect(out).toMatch(/^names the worker\n.*(?:nanosleep|select)/s);
      expect(out).toMatch(/attached.*(?:nanosleep|select|restart_syscall)/s);
    },
  );

  it("a stopped process runs on", async () => {
    const out = await shell(`
      ${server(64, "c.close()")} kill -STOP $P
      ${clients(3)} $LISTENQ why 8080 --for 200ms --json > why.json
      line=$(remedy owner-not-running '^kill' why.json) && eval "$line" || exit 1
      while ss -Hltn 'sport = :8080' | awk '{exit $2 == 0}'; do sleep .05; done; echo taken`);
    expect(out).toBe("taken\n");
  });

  it("a longer queue is there at once, without a restart, and its configuration line stands below it", async () => {
    const out = await shell(`
      listenq() { $LISTENQ "$@"; }
      ${server(4, "k.append(c); time.sleep(100)")} ${clients(40)}
      # The one that is accepted may leave a place, which the next resent SYN fills.
      until $LISTENQ ls --json > ls.json && line=$(remedy accept-queue-full '^listenq raise' ls.json 2>/dev/null); do :; done
      eval "$line" > /dev/null || exit 1; kill -0 $P && echo "limit $(limit_of 8080)"
      grep -c 'listen(1024)' ls.json`);
    expect(out).toBe("limit 1024\n1\n");
  });

  it("each remedy of listen(0) alone ends the refusals: the raise at once, the line of the program after a restart", async () => {
    const out = await shell(
      `
      listenq() { $LISTENQ "$@"; }
      sysctl -qw net.ipv4.tcp_syncookies=0
      cat > zero.py <<'EOF'
import socket,time
socket=socket.socket(); socket.setsockopt(1,2,1); socket.bind(('127.0.0.1',8080)); socket.listen(0)
while 1: c=socket.accept()[0]; time.sleep(.003); c.close()
EOF
      cat > burst.py <<'EOF'
import select,socket,sys,time
while 1:
    k=[socket.socket() for _ in range(40)]
    for s in k:
        s.setblocking(False)
        try: s.connect(('127.0.0.1',8080))
        except BlockingIOError: pass
    end=time.time()+.3
    while k and time.time()<end:
        for s in select.select(k,[],[],.1)[0]: k.remove(s)
    if len(sys.argv)==1: break
EOF
      refused() { ss -Hltnm 'sport = :8080' | grep -oE 'd[0-9]+\\)' | tr -dc 0-9; }
      rise() { local before=$(refused); python3 burst.py || echo "failed"; echo $(( $(refused) - before )); }
      python3 zero.py & P=$!; until_listens 8080
      python3 burst.py for-ever & B=$!; while [ $(refused) -eq 0 ]; do sleep .05; done
      $LISTENQ why 8080 --for 2s --json > why.json; kill $B; wait $B 2> /dev/null
      [ $(rise) -gt 0 ] && echo "refuses"
      raise=$(remedy limit-too-small '^listenq raise' why.json) || exit 1
      line=$(grep -oE 'socket\\.listen\\([0-9]+\\)' why.json | head -1); [ -n "$line" ] || exit 1
      eval "$raise" > /dev/null || exit 1; echo "raised: $(limit_of 8080), refused $(rise)"
      kill $P; wait $P 2> /dev/null; sed -i "s/socket\\.listen(0)/$line/" zero.py
      python3 zero.py & until_listens 8080; echo "restarted: $(limit_of 8080), refused $(rise)"`,
      180_000,
    );
    expect(out).toBe("refuses\nraised: 1024, refused 0\nrestarted: 1024, refused 0\n");
  });

  it("who inherited a listener is ended by the line that says so", async () => {
    const out = await shell(`
      ${server(64, "c.close()", "import subprocess")}
      kill -KILL $P; cat > heir.py <<'EOF'
import socket,subprocess,os
s=socket.socket(); s.setsockopt(1,2,1); s.bind(('127.0.0.1',8080)); s.listen(8); os.set_inheritable(s.fileno(),True)
subprocess.Popen(['sleep','100'],close_fds=False)
EOF
      python3 heir.py; until_listens 8080; ${clients(3)}
      $LISTENQ why 8080 --for 1200ms --json > why.json
      line=$(remedy listener-without-acceptor '^kill' why.json) && eval "$line" || exit 1
      while ss -Hltn 'sport = :8080' | grep -q .; do sleep .05; done; echo gone`);
    expect(out).toBe("gone\n");
  });

  it("who has the lock of the file for which a server waits is shown by the line", async () => {
    const out = await shell(`
      : > lock; python3 -c 'import fcntl,time; f=open("lock"); fcntl.flock(f,fcntl.LOCK_EX); print("locked",flush=True); time.sleep(100)' > said & L=$!
      until grep -q locked said; do sleep .05; done
      ${server(64, "fcntl.flock(open('lock'), fcntl.LOCK_EX)", "import fcntl")} ${clients(4)}
      $LISTENQ why 8080 --for 1200ms --json > why.json
      line=$(remedy nobody-accepts '^cat /proc/locks' why.json) && eval "$line" | grep -F FLOCK > rows || exit 1
      # Whoever waits stands below, behind an arrow.
      awk -v has=$L -v waits=$P '$2 != "->" && $5 == has { print "has it" } $2 == "->" && $6 == waits { print "waits" }' rows`);
    expect(out).toBe("has it\nwaits\n");
  });

  it("tcp_abort_on_overflow is off at once", async () => {
    const out = await shell(`
      sysctl -qw net.ipv4.tcp_abort_on_overflow=1; ${server(64, "c.close()")}
      $LISTENQ ls --json > ls.json; eval "$(remedy abort-on-overflow-on '^sysctl' ls.json)" > /dev/null
      cat /proc/sys/net/ipv4/tcp_abort_on_overflow`);
    expect(out).toBe("0\n");
  });

  it("every command of where else to look runs", async () => {
    const out = await shell(`
      ${server(64, "c.close()")} $LISTENQ why 8080 --for 200ms --json > why.json
      node -e '
        const { verdict } = JSON.parse(require("fs").readFileSync("why.json"));
        for (const line of verdict.remedy) if (line.includes("  # ")) console.log(line);' > lines
      cat lines | while read -r line; do
        command -v "\${line%% *}" > /dev/null || { echo "not here: \${line%% *}" >&2; continue; }
        case $line in timeout*) continue ;; esac
        bash -c "$line" > /dev/null 2> err < /dev/null || { echo "failed: $line: $(cat err)"; }
      done; wc -l < lines`);
    expect(out).toMatch(/^[4-9]\n$/);
  });
});
