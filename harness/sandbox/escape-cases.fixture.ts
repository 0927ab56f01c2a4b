/** What must not get out of an isolated sandbox, or not do harm: one case for each way an agent might try. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Box, BoxLimits } from "../core/contract.ts";
import { type Case, output, sh, testLimits } from "./contract-cases.fixture.ts";

function attempt(name: string, run: (box: Box) => Promise<void>, limits: Partial<BoxLimits> = {}): Case {
  return {
    name,
    run: async (sandbox) => {
      await using box = await sandbox.open({ limits: { ...testLimits, ...limits } });
      await run(box);
    },
  };
}

/** After an attack the box must answer as before. */
async function stillThere(box: Box): Promise<void> {
  assert.equal(await output(box, "echo alive"), "alive\n");
}

/** Host processes whose command line holds `text`, other than our own; boxes are visible from outside. */
function processesWith(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
      } catch {
        return false;
      }
    });
}

async function gone(text: string): Promise<void> {
  for (let tries = 0; tries < 100 && processesWith(text).length > 0; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(processesWith(text), []);
}

let names = 0;
const unique = (): string => `${process.pid}${String(++names).padStart(3, "0")}`;

/** Runs a raw system call in Perl (part of every Debian) and prints its errno, 0 when it worked. */
const syscall = (...numbers: readonly number[]): string =>
  `perl -e '$! = 0; my $r = syscall(${numbers.join(",")}); print $r == -1 ? $!+0 : 0'`;
const EPERM = "1";
const ENOSYS = "38";
const EAFNOSUPPORT = "97";

function listen(server: Server, where: number | string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    if (typeof where === "number") server.listen(where, "127.0.0.1", resolve);
    else server.listen(where, resolve);
  });
}

/** What a server says first, to a client on the host. */
function hear(where: number | string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = typeof where === "number" ? connect(where, "127.0.0.1") : connect(where);
    socket.once("data", (data) => resolve(String(data)));
    socket.once("error", reject);
  });
}

export const escapeCases: readonly Case[] = [
  {
    name: "a program and its door: shown read-only, answered through, gone with the box",
    run: async (sandbox) => {
      const bytes = Buffer.from("echo from the program\n");
      const files = {
        hash: createHash("sha256").update(bytes).digest("hex"),
        count: 1,
        read: async () => [{ path: "in/run.sh", bytes, mode: 0o755 }],
      };
      const server = createServer((socket) => socket.end("from the harness"));
      let door = "";
      {
        await using box = await sandbox.open({ limits: testLimits, program: { files } });
        door = box.door ?? "";
        writeFileSync(join(door, "note"), "seen inside\n");
        await listen(server, join(door, "s"));
        chmodSync(join(door, "s"), 0o666);
        const dial = `node -e 'require("net").connect("/task/s").pipe(process.stdout)'`;
        assert.equal(await output(box, `/agent/in/run.sh; cat /task/note; ${dial}`), "from the program\nseen inside\nfrom the harness");
        const writes =
          "for f in /agent/in/run.sh /agent/new /task/note /task/new; do echo x > $f; done 2>/dev/null; rm -f /task/s 2>/dev/null; ls /task /agent/in";
        assert.equal(await output(box, writes), "/agent/in:\nrun.sh\n\n/task:\nnote\ns\n");
        await using other = await sandbox.open({ limits: testLimits });
        assert.equal(other.door, undefined);
        assert.equal(await output(other, `ls ${door} /task /agent 2>/dev/null; echo done`), "done\n");
      }
      server.close();
      assert.equal(existsSync(door), false);
    },
  },
  attempt("fork bomb", async (box) => {
    await sh(box, ":(){ :|:& };:", 2_000);
    await stillThere(box);
    const held = await sh(box, "for i in $(seq 100); do sleep 30 & done; echo filled", 1_500);
    assert.ok(held.timedOut || held.exitCode !== 0, "more processes than allowed were started");
    await stillThere(box);
    // Killed at once, but a machine that is busy takes a while to bury them.
    const left = "for i in $(seq 50); do n=$(ls -d /proc/[0-9]* | wc -l); [ $n -lt 20 ] && break; sleep 0.1; done; echo $n";
    assert.ok(Number(await output(box, left)) < 20);
  }),

  attempt("memory hog: one process", async (box) => {
    const result = await sh(box, "node --max-old-space-size=4000 -e 'const a = []; for (;;) a.push(Buffer.alloc(1 << 24, 1))'");
    assert.notEqual(result.exitCode, 0);
    await stillThere(box);
  }),

  attempt("memory hog: many processes", async (box) => {
    const hog = "perl -e '$a = \"x\" x (200 << 20); sleep 20'";
    const result = await sh(box, `for i in 1 2 3 4 5; do ${hog} & done; wait; echo survived`);
    assert.ok(!result.stdout.includes("survived"));
    await stillThere(box);
  }),

  attempt("disk filled by one file", async (box) => {
    for (const folder of ["/work", "/tmp", "/dev/shm", "/run"]) {
      const result = await sh(box, `head -c 200M /dev/zero > ${folder}/big; stat -c %s ${folder}/big`);
      assert.ok(Number(result.stdout) <= 64 * 1024 * 1024, `${folder}: ${result.stdout}`);
    }
    await stillThere(box);
    await output(box, "rm /work/big; echo fits > /work/small");
  }),

  attempt(
    "disk filled by many files",
    async (box) => {
      const many = "perl -e 'for my $i (1 .. 3_000_000) { open my $f, \">\", $i or die; close $f }'";
      const result = await sh(box, `mkdir many; cd many; ${many}`, 30_000);
      assert.notEqual(result.exitCode, 0);
      assert.ok(Number(await output(box, "ls -f many | wc -l", 60_000)) < 1_500_000);
      await output(box, "rm -rf many; echo ok", 60_000);
      await output(
        box,
        "for i in $(seq 200); do head -c 1M /dev/zero > f$i 2>/dev/null; done; du -sm . | cut -f1 | (read mb; [ $mb -le 32 ])",
      );
      await stillThere(box);
    },
    { cpuSeconds: 60 },
  ),

  attempt("endless output", async (box) => {
    const result = await sh(box, "yes", 500);
    assert.equal(result.timedOut, true);
    assert.equal(result.stdout, "y\n".repeat(5_000));
    assert.ok(result.dropped.stdout > 0);
    const background = await sh(box, "yes & yes >&2 & echo started");
    assert.equal(background.exitCode, 0);
    await stillThere(box);
    const loud = await sh(box, "cat /dev/urandom", 300);
    assert.ok(Buffer.byteLength(loud.stdout) < 50_000);
  }),

  attempt(
    "endless computing",
    async (box) => {
      const result = await sh(box, "while :; do :; done", 10_000);
      assert.equal(result.timedOut, false, "the CPU limit of one second did not hold");
      assert.equal(result.exitCode, null);
    },
    { cpuSeconds: 1 },
  ),

  {
    name: "setsid daemon ends with its box",
    run: async (sandbox) => {
      const mark = `4242.${unique()}`;
      const box = await sandbox.open({ limits: testLimits });
      await output(box, `setsid nohup sh -c 'trap "" TERM HUP INT; sleep ${mark}' >/dev/null 2>&1 & disown; (setsid sleep ${mark} &)`);
      for (let tries = 0; tries < 100 && processesWith(mark).length < 2; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.ok(processesWith(mark).length >= 2, "the daemons were never seen, so the test proves nothing");
      await box[Symbol.asyncDispose]();
      await gone(mark);
    },
  },

  attempt("killing everything, PID 1 included", async (box) => {
    await output(box, "echo kept > /work/kept; echo kept > /tmp/kept");
    for (const command of [
      "kill -9 -1",
      "kill -9 1; kill -TERM 1; kill -INT 1; kill -HUP 1; kill -9 $PPID; sleep 5",
      "kill -STOP $PPID; kill -CONT $PPID",
    ]) {
      const result = await sh(box, command);
      assert.equal(result.boxDied, undefined, command);
      assert.equal(await output(box, "cat /work/kept /tmp/kept"), "kept\nkept\n");
    }
    const got = await box.harvest("/work/kept", 10);
    assert.ok("bytes" in got);
  }),

  attempt("host accounts and root's files", async (box) => {
    for (const path of [
      "/etc/shadow",
      "/root",
      "/home",
      "/var",
      "/mnt",
      "/sys",
      "/boot",
      "/etc/ssh",
      "/etc/ssl/private",
      "/proc/1/root/root",
    ])
      assert.notEqual((await sh(box, `ls ${path}`)).exitCode, 0, path);
    assert.ok(!(await output(box, "cat /etc/passwd")).includes("/root:"));
    assert.match(await output(box, "id"), /^uid=1000\(agent\) gid=1000\(agent\) groups=1000\(agent\)\n$/);
    assert.match(await output(box, "grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb)' /proc/self/status | sort -u -k2"), /^Cap\w+:\t0{16}\n$/);
    assert.equal(
      await output(box, "find / -xdev -perm -4000 -exec false {} + 2>/dev/null; grep NoNewPrivs /proc/self/status"),
      "NoNewPrivs:\t1\n",
    );
  }),

  {
    name: "the repository, data, golden files and other folders of the host",
    run: async (sandbox) => {
      const secret = mkdtempSync(join(tmpdir(), "t2s-secret-"));
      try {
        writeFileSync(join(secret, "gold.txt"), `gold-${unique()}`);
        await using box = await sandbox.open({ limits: testLimits });
        const repository = fileURLToPath(new URL("../..", import.meta.url));
        for (const path of [repository, secret, process.cwd(), join(repository, "package.json")]) {
          // What lies under /usr is masked by an empty folder; all else is simply not there.
          const listed = await sh(box, `ls -A '${path}'`);
          assert.ok(listed.exitCode !== 0 || listed.stdout === "", path);
        }
        assert.equal(
          await output(box, "ls /"),
          await output(box, "ls / | grep -xE 'bin|dev|etc|lib|lib32|lib64|libx32|node_modules|opt|proc|run|sbin|tmp|usr|work'"),
        );
        assert.ok(!(await output(box, "cat /proc/self/mountinfo /proc/mounts")).includes(repository));
      } finally {
        rmSync(secret, { recursive: true });
      }
    },
  },

  {
    name: "other episodes: files, processes, sockets",
    run: async (sandbox) => {
      const mark = `777.${unique()}`;
      await using one = await sandbox.open({ limits: testLimits });
      await using two = await sandbox.open({ limits: testLimits });
      await output(one, `echo note > /tmp/note; echo note > /dev/shm/note; echo note > /run/note; sleep ${mark} & true`);
      await output(
        one,
        'node -e \'require("net").createServer().listen("/tmp/sock"); require("net").createServer().listen(5999)\' >/dev/null 2>&1 & sleep 0.5; ls /tmp/sock',
      );
      assert.equal(await output(two, "ls /tmp /dev/shm /work; ls /run"), "/dev/shm:\n\n/tmp:\n\n/work:\nbox\n");
      assert.ok(!(await output(two, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).includes(mark));
      assert.notEqual((await sh(two, "exec 3<>/dev/tcp/127.0.0.1/5999")).exitCode, 0);
    },
  },

  attempt("the environment and descriptors of the harness", async (box) => {
    const all = await output(box, "cat /proc/[0-9]*/environ | tr '\\0' '\\n'; env");
    assert.ok(!all.includes("do-not-tell"));
    assert.deepEqual((await output(box, "ls /proc/self/fd")).trim().split("\n"), ["0", "1", "2", "3"], "3 is the listing itself");
    assert.ok(!(await output(box, "cat /proc/1/cmdline | tr '\\0' ' '")).includes("--ro-bind"));
    assert.equal(await output(box, "hostname"), "box\n");
  }),

  attempt("a loopback port of the host", async (box) => {
    const server = createServer((socket) => socket.end("secret"));
    await listen(server, 0);
    try {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      assert.notEqual((await sh(box, `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3`)).exitCode, 0);
      assert.equal(await hear(port), "secret", "the host itself can connect, as a control");
      const interfaces = await output(box, "node -e 'console.log(Object.keys(require(\"os\").networkInterfaces()).join())'");
      assert.ok(["lo\n", "\n"].includes(interfaces), interfaces);
      assert.notEqual((await sh(box, "timeout 2 bash -c 'exec 3<>/dev/tcp/1.1.1.1/53'")).exitCode, 0);
    } finally {
      server.close();
    }
  }),

  attempt("an abstract socket of the host", async (box) => {
    const name = `t2s-abstract-${unique()}`;
    const server = createServer((socket) => socket.end("secret"));
    await listen(server, `\0${name}`);
    try {
      const client = `const s = require("net").connect("\\0${name}"); s.on("data", (d) => console.log(String(d))); s.on("error", (e) => console.log(e.code))`;
      await box.put("client.cjs", Buffer.from(client));
      assert.equal(await output(box, "node client.cjs"), "ECONNREFUSED\n");
      assert.equal(await hear(`\0${name}`), "secret", "the host itself can connect, as a control");
    } finally {
      server.close();
    }
  }),

  attempt("key rings, by which two episodes could pass notes", async (box) => {
    const x64 = process.arch === "x64";
    assert.equal(
      await output(
        box,
        `perl -e '$! = 0; my ($t, $d, $p) = ("user", "note", "hi"); syscall(${x64 ? 248 : 217}, $t, $d, $p, 2, -4); print $!+0'`,
      ),
      EPERM,
    );
    assert.equal(await output(box, syscall(x64 ? 250 : 219, 0, -3, 1)), EPERM, "keyctl");
    assert.equal(
      await output(box, `perl -e '$! = 0; my ($t, $d) = ("user", "note"); syscall(${x64 ? 249 : 218}, $t, $d, 0, -4); print $!+0'`),
      EPERM,
    );
  }),

  attempt("system calls that break out or dodge limits", async (box) => {
    const x64 = process.arch === "x64";
    assert.equal(await output(box, syscall(425, 1, 0)), ENOSYS, "io_uring_setup");
    assert.equal(await output(box, syscall(x64 ? 323 : 282, 0)), EPERM, "userfaultfd");
    assert.equal(await output(box, syscall(x64 ? 272 : 97, 0x10000000)), EPERM, "unshare(CLONE_NEWUSER)");
    assert.equal(await output(box, syscall(x64 ? 321 : 280, 0, 0, 0)), EPERM, "bpf");
    assert.equal(await output(box, syscall(x64 ? 101 : 117, 0, 0, 0, 0)), EPERM, "ptrace");
    assert.equal(
      await output(box, `perl -e '$! = 0; my $n = "x"; syscall(${x64 ? 319 : 279}, $n, 0); print $!+0'`),
      ENOSYS,
      "memfd_create",
    );
    assert.equal(await output(box, syscall(x64 ? 29 : 194, 0, 4096, 0o1600)), ENOSYS, "shmget");
    for (const family of [40, 38, 17, 31])
      assert.equal(await output(box, syscall(x64 ? 41 : 198, family, 1, 0)), EAFNOSUPPORT, `socket family ${family}`);
    assert.equal(await output(box, syscall(x64 ? 41 : 198, 1, 1, 0)), "0", "a Unix socket, as a control");
    if (x64) assert.equal((await sh(box, syscall(0x40000000 + 39))).signal, "SIGSYS", "a call of the x32 convention kills");
  }),

  attempt("remounting, unmounting and writing what is read-only", async (box) => {
    for (const command of [
      "mount -o remount,rw /usr",
      "mount -o remount,rw /",
      "mount -t tmpfs none /work",
      "mount --bind /work /usr",
      "umount /usr",
      "umount -l /proc",
      "unshare -Urm true",
      "unshare -r id",
      "chroot / true",
      "nsenter -t 1 -m true",
      "touch /usr/new",
      "touch /new",
      "touch /dev/new",
      "touch /etc/new",
      "touch /node_modules/new",
      "touch /opt/box/bin/new",
      "echo x >> /opt/box/supervisor.cjs",
      "echo 1 > /proc/sys/kernel/panic",
      "echo c > /proc/sysrq-trigger",
      "mknod /work/disk b 254 0",
      "mkdir /sys && mount -t cgroup none /sys",
      "ulimit -u 100000",
      "ulimit -f unlimited",
      "echo -1000 > /proc/self/oom_score_adj",
    ])
      assert.notEqual((await sh(box, command)).exitCode, 0, command);
    assert.equal(await output(box, "sleep 0.1; cat /proc/self/oom_score_adj"), "1000\n");
    await stillThere(box);
  }),

  {
    name: "changing a skill other episodes share",
    run: async (sandbox) => {
      const skill = [{ path: "SKILL.md", bytes: Buffer.from("good advice\n"), mode: 0o644 }];
      await using box = await sandbox.open({ limits: testLimits, skill });
      for (const command of ["echo bad > /skill/SKILL.md", "rm /skill/SKILL.md", "touch /skill/new", "chmod 777 /skill/SKILL.md"])
        assert.notEqual((await sh(box, command)).exitCode, 0, command);
      await using next = await sandbox.open({ limits: testLimits, skill });
      assert.equal(await output(next, "cat /skill/SKILL.md"), "good advice\n");
    },
  },

  attempt("a 10 GB sparse file", async (box) => {
    await sh(box, 'truncate -s 10G /work/output.xlsx; perl -e \'open my $f, ">", "b.xlsx"; seek $f, 10 * 1024 ** 3, 0; print $f 1\'');
    for (const path of ["/work/output.xlsx", "/work/b.xlsx"]) {
      const got = await box.harvest(path, 1_000_000);
      // The file-size limit already stops it; were it there, it would be refused by its size.
      assert.ok("missing" in got || "refused" in got || got.bytes.length < 1_000_000);
    }
    await output(box, "rm -f *.xlsx; truncate -s 30M big.xlsx");
    const got = await box.harvest("/work/big.xlsx", 1_000_000);
    assert.match("refused" in got ? got.refused : "", /31457280 bytes/);
    await stillThere(box);
  }),

  attempt("meddling with the supervisor", async (box) => {
    await sh(box, "for fd in 0 1 2; do echo '{\"id\":1}' > /proc/$PPID/fd/$fd; done; rm -rf /run/box; ln -s /dev/zero /run/box");
    assert.equal((await sh(box, "echo still; echo there >&2")).stdout, "still\n");
    await sh(box, "for i in $(seq 5); do kill -9 $(pgrep -x node || ps -eo pid,comm | grep node | cut -c1-7); sleep 0.4; done");
    await stillThere(box);
    await sh(box, "(while :; do kill -9 -1; done) &");
    const after = await sh(box, "echo x", 5_000);
    assert.ok(after.boxDied !== undefined || after.exitCode === 0 || after.exitCode === null);
  }),
];
