/**
 * The program that lives inside a sandbox for one episode and does what the host asks on stdin: run a command, put a file, look, harvest.
 * One file of plain CommonJS without dependencies, because it starts once per episode (an ES module costs 4 ms more and drags in WebAssembly) and because it
 * must run in any Node 18+ a container image may bring. Only synchronous file calls: they need no thread pool, which a process limit could refuse.
 *
 * Frames, both directions: one line of JSON, then `bytes` raw bytes (a number, or one number per stream in an exec reply).
 *   host -> box   {id, op: "exec" | "put" | "exists" | "harvest", …}   {op: "cancel", id}   after a restart: "#sync <token>\n"
 *   box  -> host  {boot, token} once per start, then {id, …} in request order.
 * Nothing it says is trusted by the host: the agent runs as the same user and may kill it, stop it or write into its pipes.
 */
"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");

const boot = Number(process.argv[2]);
/** {work, tmp, spool, roots, bash, env, outputBytes, memoryMb, processes, maxFiles, ownProcesses}: see SupervisorConfig in start-script.ts. */
const config = JSON.parse(process.argv[3]);

/** A pipe holds at most 1 MiB (fs.pipe-max-size), so this much always covers what a command wrote before it ended. */
const PIPE_BYTES = 1 << 20;
/** MAX_ARG_STRLEN is 128 KiB; longer commands are run from a file. */
const ARGUMENT_BYTES = 100_000;
const WATCH_MS = 200;
/** Output pipes of background children that are kept open (and drained) so that their writers do not die of SIGPIPE. */
const HELD_PIPES = 64;

let running = null;
let commands = 0;
const held = [];
const groups = new Set();

// ---- replies --------------------------------------------------------------------------------------------------------

function reply(head, ...bodies) {
  if (bodies.length > 0) head.bytes = bodies.map((body) => body.length);
  process.stdout.write(`${JSON.stringify(head)}\n`);
  for (const body of bodies) if (body.length > 0) process.stdout.write(body);
}

const reasonOf = (error) => (error instanceof Error ? error.message : String(error)).slice(0, 500);

// ---- pipes ----------------------------------------------------------------------------------------------------------
// Node gives children socket pairs, and a socket cannot be reopened: `echo x > /dev/stderr` would fail with ENXIO. So commands get real FIFOs,
// made in one go by the start script (and refilled here), unlinked when used.

const stock = [];
let refills = 0;
const fifoName = (n) => path.join(config.spool, `fifo-${boot}-${n}`);
if (boot === 0) for (let n = 0; n < 64; n++) stock.push(fifoName(n));

function refill() {
  const names = [];
  for (let n = 0; n < 64; n++) names.push(fifoName(`${refills}r${n}`));
  refills++;
  const maker = spawn("mkfifo", ["-m", "600", ...names], { env: config.env, stdio: "ignore" });
  maker.on("error", () => {}); // without FIFOs commands fall back to socket pairs
  maker.on("exit", (code) => {
    if (code === 0) stock.push(...names);
  });
}

/** {read, write} file descriptors of a fresh pipe, or null when there is none to be had. */
function openPipe() {
  while (stock.length > 0) {
    const name = stock.pop();
    let read = -1;
    try {
      read = fs.openSync(name, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW);
      if (!fs.fstatSync(read).isFIFO()) throw new Error("not a fifo");
      const write = fs.openSync(name, fs.constants.O_WRONLY | fs.constants.O_NOFOLLOW);
      fs.unlinkSync(name);
      return { read, write };
    } catch {
      if (read >= 0) fs.closeSync(read); // the agent removed or replaced it: take the next
    }
  }
  return null;
}

/** Collects the first `limit` bytes of a stream and counts the rest. `fd` is -1 for socket pairs, which cannot be drained by hand. */
function collect(socket, fd, limit) {
  const sink = { chunks: [], kept: 0, dropped: 0, ended: false, socket, fd };
  sink.take = (chunk) => {
    const room = limit - sink.kept;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (part.length > 0) {
      sink.chunks.push(Buffer.from(part)); // a copy: a one-byte read would otherwise hold its 64 KiB slab
      sink.kept += part.length;
    }
    sink.dropped += chunk.length - part.length;
  };
  socket.on("data", sink.take);
  const end = () => {
    sink.ended = true;
  };
  socket.on("end", end);
  socket.on("close", end);
  socket.on("error", end);
  return sink;
}

/** Takes what is in the pipe now, without waiting for writers that may never end; then leaves the pipe to be drained and forgotten. */
function finish(sink) {
  if (!sink.ended && sink.fd >= 0) {
    const chunk = Buffer.allocUnsafe(65_536);
    for (let taken = 0; taken < PIPE_BYTES; ) {
      let n = 0;
      try {
        n = fs.readSync(sink.fd, chunk, 0, chunk.length, null);
      } catch {
        break; // EAGAIN: empty, but someone in the background still holds it
      }
      if (n === 0) break;
      sink.take(chunk.subarray(0, n));
      taken += n;
    }
  }
  sink.socket.removeAllListeners("data");
  if (!sink.ended) {
    sink.socket.resume();
    sink.socket.unref();
    held.push(sink.socket);
    if (held.length > HELD_PIPES) held.shift().destroy();
  }
  return Buffer.concat(sink.chunks);
}

// ---- processes ------------------------------------------------------------------------------------------------------

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // already gone
  }
}

/** Kills everything a command ever started. With a process namespace of our own that is everyone but us and PID 1, whatever session they fled to. */
function sweep() {
  for (const pid of groups) killGroup(pid);
  groups.clear();
  if (!config.ownProcesses) return;
  try {
    process.kill(-1, "SIGKILL");
  } catch {
    // nobody there
  }
}

function processIds() {
  return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name) && name !== "1" && Number(name) !== process.pid);
}

/** Threads of all other processes in the box: what the process limit counts. */
function threads() {
  let count = 0;
  for (const pid of processIds()) {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
      count += Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[17]);
    } catch {
      // ended meanwhile
    }
  }
  return count;
}

/** True when earlier commands left so many processes behind that a new one could hardly fork; they are then cleared away. */
function makeRoom() {
  if (!config.ownProcesses) return false;
  if (threads() <= config.processes - Math.min(32, config.processes / 2)) return false;
  sweep();
  return true;
}

/** Megabytes used by the box's processes; pages they share are counted once (PSS) when the cheap sum is over the limit. */
function memoryMb(limitMb) {
  let resident = 0;
  const pids = processIds();
  for (const pid of pids) {
    try {
      resident += Number(fs.readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) / 256;
    } catch {
      // ended meanwhile
    }
  }
  if (resident <= limitMb) return resident;
  let proportional = 0;
  for (const pid of pids) {
    try {
      const match = /^Pss:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"));
      if (match) proportional += Number(match[1]) / 1024;
    } catch {
      // ended meanwhile
    }
  }
  return proportional;
}

/** Files on the box's own file systems: tmpfs caps bytes, not inodes, and each costs about a kilobyte of kernel memory. */
function fileCount() {
  let count = 0;
  for (const root of config.roots) {
    try {
      const info = fs.statfsSync(root);
      count += info.files - info.ffree;
    } catch {
      // not mounted here
    }
  }
  return count;
}

function watch(job) {
  try {
    if (memoryMb(config.memoryMb) > config.memoryMb) job.killedBy = "memory";
    else {
      const files = fileCount();
      // Above the limit, but falling: the agent is tidying up, let it.
      if (files > config.maxFiles && files > job.filesBefore) job.killedBy = "files";
    }
  } catch {
    return; // no /proc, or not readable this moment
  }
  if (job.killedBy) sweep();
}

// ---- exec -----------------------------------------------------------------------------------------------------------

function commandArguments(command) {
  if (Buffer.byteLength(command) <= ARGUMENT_BYTES) return ["-c", command];
  const file = path.join(config.spool, `command-${boot}-${commands}.sh`);
  fs.writeFileSync(file, command);
  return [file];
}

function refuse(id, message) {
  reply({ id, code: 126, timedOut: false, dropped: [0, 0] }, Buffer.alloc(0), Buffer.from(`sandbox: ${message}\n`));
}

function exec({ id, timeoutMs }, body) {
  if (running) return refuse(id, "a command is still running");
  const command = body.toString("utf8");
  if (command.includes("\0")) return refuse(id, "the command contains a NUL byte, which no shell accepts");
  commands++;
  let args;
  try {
    args = commandArguments(command);
  } catch (error) {
    return refuse(id, `the command is too long to store: ${reasonOf(error)}`);
  }
  start(id, args, timeoutMs, makeRoom() ? 1 : 0);
}

function start(id, args, timeoutMs, sweeps) {
  const pipes = [openPipe(), openPipe()];
  const free = (which) => {
    for (const pipe of pipes) if (pipe) for (const end of which) fs.closeSync(pipe[end]);
  };
  const failed = (error) => {
    // The process limit was filled since: clear what is there away and say so.
    if (error.code === "EAGAIN" && sweeps < 20) {
      sweep();
      // The killed ones count until they are gone, which takes a moment on a busy machine.
      setTimeout(start, 20 + 5 * sweeps, id, args, timeoutMs, sweeps + 1);
    } else refuse(id, `the shell could not be started: ${reasonOf(error)}`);
  };
  let child;
  try {
    child = spawn(config.bash, args, {
      cwd: config.work,
      env: config.env,
      detached: true,
      stdio: ["ignore", pipes[0] ? pipes[0].write : "pipe", pipes[1] ? pipes[1].write : "pipe"],
    });
  } catch (error) {
    free(["read", "write"]);
    return failed(error);
  }
  free(["write"]);
  if (child.pid === undefined) {
    free(["read"]);
    child.once("error", failed);
    return;
  }
  child.on("error", () => {});
  try {
    fs.writeFileSync(`/proc/${child.pid}/oom_score_adj`, "1000"); // rather the command than its supervisor
  } catch {
    // no such file outside Linux; or already over
  }
  groups.add(child.pid);
  const sinks = [child.stdout, child.stderr].map((stream, i) => {
    const fd = pipes[i] ? pipes[i].read : -1;
    return collect(stream ?? new net.Socket({ fd, readable: true, writable: false }), fd, config.outputBytes);
  });
  const job = { id, pid: child.pid, timedOut: false, killedBy: undefined, filesBefore: config.ownProcesses ? fileCount() : 0 };
  running = job;
  const timer = setTimeout(() => {
    job.timedOut = true;
    killGroup(job.pid);
  }, timeoutMs);
  const watcher = config.ownProcesses ? setInterval(watch, WATCH_MS, job) : undefined;
  child.on("exit", (code, signal) => {
    clearTimeout(timer);
    clearInterval(watcher);
    running = null;
    // Without background children the group is empty; its number may be given to another group one day, so forget it.
    if (!groupAlive(job.pid)) groups.delete(job.pid);
    const send = () => {
      const [out, err] = sinks.map(finish);
      const dropped = sinks.map((sink) => sink.dropped);
      const text = Buffer.concat([err, ...notesOn(job, sweeps > 0).map((note) => Buffer.from(`sandbox: ${note}\n`))]);
      reply({ id, code, signal: signal ?? undefined, timedOut: job.timedOut, dropped }, out, text);
      if (stock.length < 8) refill();
    };
    // A socket pair cannot be read by hand: give it a moment to end by itself.
    if (sinks.every((sink) => sink.ended || sink.fd >= 0)) send();
    else setTimeout(send, 50);
  });
}

/** What the sandbox did on its own, told to the agent at the end of stderr. */
function notesOn(job, swept) {
  const notes = [];
  if (swept) notes.push("processes left by earlier commands filled the process limit and were killed");
  if (job.killedBy === "memory") notes.push(`more than ${config.memoryMb} MB of memory in use; the command was killed`);
  if (job.killedBy === "files") notes.push(`more than ${config.maxFiles} files; the command was killed`);
  return notes;
}

function groupAlive(pid) {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

// ---- files ----------------------------------------------------------------------------------------------------------

/** The real folder of `file`, which must lie in one of `roots` however many links led there. Throws a sentence. */
function realFolder(file, roots) {
  const folder = fs.realpathSync(path.dirname(file));
  const inside = roots.some((root) => {
    const real = fs.realpathSync(root);
    return folder === real || folder.startsWith(`${real}/`);
  });
  if (!inside) throw Object.assign(new Error(`its folder leads out of ${roots.join(" and ")}`), { code: "EOUTSIDE" });
  return folder;
}

function put({ id, path: file, mode }, body) {
  try {
    let known = path.dirname(file);
    while (!fs.existsSync(known)) known = path.dirname(known);
    realFolder(path.join(known, "new"), [config.work, config.tmp]); // before anything is made
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const target = path.join(realFolder(file, [config.work, config.tmp]), path.basename(file));
    const flags = fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_TRUNC | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;
    const fd = fs.openSync(target, flags, mode);
    try {
      for (let at = 0; at < body.length; ) at += fs.writeSync(fd, body, at, Math.min(body.length - at, 1 << 20));
      fs.fchmodSync(fd, mode);
    } finally {
      fs.closeSync(fd);
    }
    reply({ id });
  } catch (error) {
    reply({ id, error: reasonOf(error) });
  }
}

function exists({ id, path: file }) {
  let found = false;
  try {
    found = fs.statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // a loop of links, a file used as a folder: not there
  }
  reply({ id, found });
}

function harvest({ id, path: file, maxBytes }) {
  let fd = -1;
  try {
    const target = path.join(realFolder(file, [config.work]), path.basename(file));
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    fd = fs.openSync(target, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
    const info = fs.fstatSync(fd);
    if (!info.isFile()) return reply({ id, refused: `it is ${kindOf(info)}, not a regular file` });
    if (info.size > maxBytes) return reply({ id, refused: `it has ${info.size} bytes, more than the ${maxBytes} allowed` });
    const body = Buffer.alloc(info.size);
    let got = 0;
    for (let n = 1; n > 0 && got < body.length; got += n) n = fs.readSync(fd, body, got, Math.min(body.length - got, 1 << 20), got);
    reply({ id }, body.subarray(0, got));
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") reply({ id, missing: true });
    else if (error.code === "ELOOP") reply({ id, refused: "it is a symbolic link, not a regular file" });
    else if (error.code === "ENXIO") reply({ id, refused: "it is a socket or a device, not a regular file" });
    else reply({ id, refused: reasonOf(error) });
  } finally {
    if (fd >= 0) fs.closeSync(fd);
  }
}

function kindOf(info) {
  if (info.isDirectory()) return "a directory";
  if (info.isFIFO()) return "a fifo";
  return "a device or a socket";
}

// ---- requests -------------------------------------------------------------------------------------------------------

function handle(head, body) {
  if (head.op === "cancel") {
    if (running && running.id === head.id) killGroup(running.pid);
  } else if (head.op === "exec") exec(head, body);
  else if (head.op === "put") put(head, body);
  else if (head.op === "exists") exists(head);
  else if (head.op === "harvest") harvest(head);
}

const token = (() => {
  const bytes = Buffer.alloc(16);
  const fd = fs.openSync("/dev/urandom", "r");
  fs.readSync(fd, bytes, 0, 16, null);
  fs.closeSync(fd);
  return bytes.toString("hex");
})();

/** After a restart the pipe may still hold half a request for our predecessor: skip all until the host's answer to our greeting. */
const marker = boot > 0 ? Buffer.from(`#sync ${token}\n`) : null;
let synced = marker === null;
let buffered = [];
let size = 0;
let head = null;

function parse() {
  for (;;) {
    if (head !== null && size < (head.bytes ?? 0)) return;
    const data = buffered.length === 1 ? buffered[0] : Buffer.concat(buffered);
    let rest;
    if (!synced) {
      const at = data.indexOf(marker);
      if (at < 0) {
        rest = data.subarray(Math.max(0, data.length - marker.length));
      } else {
        synced = true;
        rest = data.subarray(at + marker.length);
      }
      buffered = [rest];
      size = rest.length;
      if (!synced) return;
      continue;
    }
    if (head === null) {
      const at = data.indexOf(10);
      if (at < 0) {
        buffered = [data];
        return;
      }
      head = JSON.parse(data.subarray(0, at).toString("utf8"));
      rest = data.subarray(at + 1);
    } else {
      const body = data.subarray(0, head.bytes ?? 0);
      rest = data.subarray(body.length);
      const request = head;
      head = null;
      handle(request, body);
    }
    buffered = [rest];
    size = rest.length;
    if (head === null && size === 0) return;
  }
}

function leave() {
  sweep();
  process.exit(0); // tells the start script not to begin again
}

if (boot > 0) {
  sweep();
  refill();
}
process.stdin.on("data", (chunk) => {
  buffered.push(chunk);
  size += chunk.length;
  parse();
});
process.stdin.on("end", leave);
process.stdin.on("error", leave);
process.stdout.on("error", leave);
reply({ boot, token, node: process.versions.node });
