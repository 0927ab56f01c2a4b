import { describe, expect, it } from "vitest";
import { filterProgram, seccompBytes } from "./seccomp.ts";
import { architectures } from "./syscall-numbers.ts";

const ALLOW = "allow";

/** Runs the bytes as the kernel would (linux/filter.h) and says what becomes of the call. */
function verdict(program: Uint8Array, call: { audit: number; number: number; args?: readonly number[] }): string {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const data = new Map([[0, call.number], [4, call.audit], ...(call.args ?? []).map((value, i) => [16 + 8 * i, value] as const)]);
  let a = 0;
  for (let pc = 0; pc < program.length / 8; pc++) {
    const code = view.getUint16(8 * pc, true);
    const k = view.getUint32(8 * pc + 4, true);
    const jump = (holds: boolean): number => view.getUint8(8 * pc + (holds ? 2 : 3));
    if (code === 0x20) a = (data.get(k) ?? 0) >>> 0;
    else if (code === 0x15) pc += jump(a === k);
    else if (code === 0x35) pc += jump(a >= k);
    else if (code === 0x45) pc += jump((a & k) !== 0);
    else if (code === 0x06) return k === 0x7fff0000 ? ALLOW : k === 0x80000000 ? "kill" : `errno ${k & 0xffff}`;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error("ran off the end");
}

describe.each(["x64", "arm64"])("filter for %s", (name) => {
  const arch = architectures[name];
  const program = seccompBytes(name);
  if (arch === undefined || program === undefined) throw new Error("no table");
  const call = (syscall: string | number, ...args: number[]): string =>
    verdict(program, { audit: arch.audit, number: typeof syscall === "number" ? syscall : (arch.numbers[syscall] ?? -1), args });

  it("refuses what breaks out, and hides what dodges limits", () => {
    for (const syscall of [
      "keyctl",
      "add_key",
      "request_key",
      "bpf",
      "ptrace",
      "mount",
      "unshare",
      "setns",
      "userfaultfd",
      "kexec_load",
      "open_by_handle_at",
    ])
      expect(call(syscall), syscall).toBe("errno 1");
    for (const syscall of ["io_uring_setup", "io_uring_enter", "clone3", "memfd_create", "shmget"])
      expect(call(syscall), syscall).toBe("errno 38");
    expect(call(470)).toBe("errno 38");
  });

  it("lets ordinary calls through", () => {
    const known = new Set(Object.values(arch.numbers));
    const ordinary = Array.from({ length: 467 }, (_, n) => n).filter((n) => !known.has(n));
    expect(ordinary.every((n) => call(n) === ALLOW)).toBe(true);
  });

  it("opens sockets of local and internet families only", () => {
    for (const syscall of ["socket", "socketpair"]) {
      for (const family of [1, 2, 10, 16]) expect(call(syscall, family)).toBe(ALLOW);
      for (const family of [0, 3, 17, 38, 40, 44, 999]) expect(call(syscall, family)).toBe("errno 97");
    }
  });

  it("makes processes and threads, but no namespaces", () => {
    expect(call("clone", 0x3d0f00), "flags of a glibc thread").toBe(ALLOW);
    expect(call("clone", 0x1200011), "flags of fork").toBe(ALLOW);
    for (const bit of [17, 25, 26, 27, 28, 29, 30]) expect(call("clone", (2 ** bit + 17) >>> 0), `bit ${bit}`).toBe("errno 1");
  });

  it("keeps characters out of terminals", () => {
    expect(call("ioctl", 0, 0x5401)).toBe(ALLOW);
    expect(call("ioctl", 0, 0x5412)).toBe("errno 1");
    expect(call("ioctl", 0, 0x541c)).toBe("errno 1");
  });

  it("kills other calling conventions", () => {
    expect(verdict(program, { audit: 0x40000003, number: 20 })).toBe("kill");
    if (name === "x64") expect(call(0x40000000 + 39)).toBe("kill");
  });

  it("is short enough for the kernel", () => {
    expect(filterProgram(arch).length).toBeLessThan(4096);
  });
});

it("has no filter for an architecture without a table", () => {
  expect(seccompBytes("riscv64")).toBeUndefined();
});
