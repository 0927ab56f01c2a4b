import type { Box, Toolchain } from "../core/contract.ts";
import { SandboxError } from "../core/errors.ts";

/** What a box offers, and which Python should be `python3` in it. */
export interface FoundTools {
  readonly toolchain: Toolchain;
  readonly python?: string;
}

/** Debian's interpreter is asked first: distribution packages (python3-openpyxl) are installed for it, while another one may come first on PATH. */
const usualPythons = [
  "/usr/bin/python3",
  "/usr/local/bin/python3",
  "/usr/bin/python3.?",
  "/usr/bin/python3.??",
  "/usr/local/bin/python3.?",
  "/usr/local/bin/python3.??",
];

const script = (pythons: readonly string[]): string => `
if command -v soffice >/dev/null; then soffice --version >office.txt 2>/dev/null & fi
for python in ${pythons.join(" ")}; do
  [ -x "$python" ] || continue
  printf 'python\\t%s\\t' "$python"
  found=$("$python" -c '
import sys
from importlib.util import find_spec
def version(name):
    if find_spec(name) is None: return ""
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return "unknown"
print("%d.%d" % sys.version_info[:2], version("openpyxl"), version("pandas"), sep="\\t")' 2>/dev/null)
  printf '%s\\n' "$found"
  case "$found" in *$'\\t'?*$'\\t'*) break ;; esac
done
wait
[ -f office.txt ] && printf 'libreoffice\\t%s\\n' "$(cat office.txt)"
true
`;

/**
 * Asks a running box for its tools. Versions are cut to what changes behaviour (node 20, python 3.11, openpyxl 3.0, LibreOffice 7.4), so that two machines with
 * the same series share results. `pythons` are shell words in order of preference; the first with openpyxl
 * wins, else the first that runs. Throws SandboxError when the box cannot run the question.
 */
export async function readToolchain(
  box: Box,
  node: string,
  packages: Readonly<Record<string, string>>,
  pythons = usualPythons,
): Promise<FoundTools> {
  const result = await box.exec(script(pythons), { timeoutMs: 60_000 });
  if (result.exitCode !== 0)
    throw new SandboxError(`the sandbox could not list its tools: ${result.boxDied ?? result.stderr.slice(0, 300)}`);
  const rows = result.stdout.split("\n").map((line) => line.split("\t"));
  const found = rows.filter(([kind, , version]) => kind === "python" && /^\d/.test(version ?? ""));
  const python = found.find((row) => row[3] !== "") ?? found[0];
  const office = /\d+\.\d+/.exec(rows.find(([kind]) => kind === "libreoffice")?.[1] ?? "")?.[0];
  return {
    python: python?.[1],
    toolchain: {
      node: node.split(".")[0] ?? node,
      ...present({ python: python?.[2], openpyxl: series(python?.[3]), pandas: series(python?.[4]), libreoffice: office }),
      packages,
    },
  };
}

function series(version: string | undefined): string | undefined {
  return /^\d+\.\d+/.exec(version ?? "")?.[0] ?? version;
}

/** Absent tools are absent keys. */
function present(tools: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, version] of Object.entries(tools)) if (version !== undefined && version !== "") found[name] = version;
  return found;
}
