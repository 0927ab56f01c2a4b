import { type Architecture, architectures } from "./syscall-numbers.ts";

/**
 * The system call filter of a box, as a classic BPF program for `bwrap --seccomp` (struct sock_filter: u16 code, u8 jt, u8 jf, u32 k, little-endian).
 * Namespaces already hide files, processes and networks; the filter closes what they leave open: kernel key rings (shared by all processes of a user,
 * so two episodes could pass notes), sockets of unconfined families (AF_VSOCK reaches the hypervisor, AF_ALG and others are attack surface),
 * memory that no limit counts (memfd, SysV segments), and calls that only help to break out.
 */

const LD_WORD_ABS = 0x20;
const JEQ = 0x15;
const JGE = 0x35;
const JSET = 0x45;
const RET = 0x06;

const KILL_PROCESS = 0x80000000;
const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

// Offsets in struct seccomp_data; arguments are 64 bits, their low word comes first on both architectures.
const NUMBER = 0;
const ARCH = 4;
const argument = (n: number): number => 16 + 8 * n;

/** Refused as if the caller had no right to it. */
const forbidden = [
  ...["keyctl", "add_key", "request_key"],
  ...["bpf", "perf_event_open", "userfaultfd", "kcmp", "pidfd_getfd", "ptrace", "process_vm_readv", "process_vm_writev"],
  ...["mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr"],
  ...["setns", "unshare", "name_to_handle_at", "open_by_handle_at", "fanotify_init", "quotactl", "quotactl_fd", "acct", "vhangup"],
  ...["kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "create_module", "get_kernel_syms", "query_module"],
  ...[
    "reboot",
    "swapon",
    "swapoff",
    "syslog",
    "sethostname",
    "setdomainname",
    "settimeofday",
    "clock_settime",
    "adjtimex",
    "clock_adjtime",
  ],
  ...["iopl", "ioperm", "modify_ldt", "uselib", "ustat", "sysfs", "_sysctl", "nfsservctl", "lookup_dcookie"],
  ...["mbind", "set_mempolicy", "migrate_pages", "move_pages"],
];

/** Answered as by a kernel that does not have them, so that libraries take their older way. clone3 hides its flags from filters; clone does not. */
const absent = [
  ...["io_uring_setup", "io_uring_enter", "io_uring_register", "clone3", "memfd_create", "memfd_secret"],
  ...["shmget", "semget", "msgget", "mq_open"],
  // Counted per user or for the whole machine: one box could use up what others need; and inotify tells what others do with shared files.
  ...["io_setup", "inotify_init", "inotify_init1"],
];

/** First number after the calls known when this table was made (Linux 6.12): younger ones are unknown, so they are absent. */
const FIRST_UNKNOWN = 467;
/** CLONE_NEWTIME is no clone flag; NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NAMESPACE_FLAGS = 0x7e020000;
const socketFamilies = { AF_UNIX: 1, AF_INET: 2, AF_INET6: 10, AF_NETLINK: 16 };
/** Pushing characters into a terminal's input. */
const terminalInput = { TIOCSTI: 0x5412, TIOCLINUX: 0x541c };

interface Instruction {
  readonly code: number;
  readonly k: number;
  /** Instructions to skip when the comparison holds, and when it does not. */
  readonly yes?: number;
  readonly no?: number;
}

const load = (offset: number): Instruction => ({ code: LD_WORD_ABS, k: offset });
const end = (action: number): Instruction => ({ code: RET, k: action });
/** Runs `then` when the call is `number`, else skips it. `then` must end the program. */
const onCall = (number: number, then: readonly Instruction[]): Instruction[] => [{ code: JEQ, k: number, no: then.length }, ...then];

/** The filter's instructions for one architecture. */
export function filterProgram(arch: Architecture): readonly Instruction[] {
  const number = (name: string): number | undefined => arch.numbers[name];
  const all = (names: readonly string[], errno: number): Instruction[] =>
    names.flatMap((name) => {
      const n = number(name);
      return n === undefined ? [] : onCall(n, [end(ERRNO | errno)]);
    });
  const some = (name: string, then: readonly Instruction[]): Instruction[] => {
    const n = number(name);
    if (n === undefined) throw new TypeError(`seccomp: no number for ${name}`);
    return onCall(n, then);
  };
  const families = Object.values(socketFamilies);
  const onlyKnownFamilies = [
    load(argument(0)),
    ...families.map((family, i) => ({ code: JEQ, k: family, yes: families.length - i, no: 0 })),
    end(ERRNO | EAFNOSUPPORT),
    end(ALLOW),
  ];
  return [
    load(ARCH),
    { code: JEQ, k: arch.audit, yes: 1, no: 0 },
    end(KILL_PROCESS),
    load(NUMBER),
    ...(arch.foreignFrom === undefined ? [] : [{ code: JGE, k: arch.foreignFrom, yes: 0, no: 1 }, end(KILL_PROCESS)]),
    { code: JGE, k: FIRST_UNKNOWN, yes: 0, no: 1 },
    end(ERRNO | ENOSYS),
    ...all(forbidden, EPERM),
    ...all(absent, ENOSYS),
    ...some("socket", onlyKnownFamilies),
    ...some("socketpair", onlyKnownFamilies),
    ...some("clone", [load(argument(0)), { code: JSET, k: NAMESPACE_FLAGS, yes: 0, no: 1 }, end(ERRNO | EPERM), end(ALLOW)]),
    ...some("ioctl", [
      load(argument(1)),
      { code: JEQ, k: terminalInput.TIOCSTI, yes: 1, no: 0 },
      { code: JEQ, k: terminalInput.TIOCLINUX, yes: 0, no: 1 },
      end(ERRNO | EPERM),
      end(ALLOW),
    ]),
    end(ALLOW),
  ];
}

/** The program as bytes, or undefined when there is no table for this architecture (Node's name of it). */
export function seccompBytes(nodeArch: string): Uint8Array | undefined {
  const arch = architectures[nodeArch];
  if (arch === undefined) return undefined;
  const program = filterProgram(arch);
  const bytes = Buffer.alloc(program.length * 8);
  for (const [i, { code, k, yes = 0, no = 0 }] of program.entries()) {
    if (yes > 255 || no > 255) throw new TypeError("seccomp: jump too far");
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(yes, 8 * i + 2);
    bytes.writeUInt8(no, 8 * i + 3);
    bytes.writeUInt32LE(k >>> 0, 8 * i + 4);
  }
  return bytes;
}
