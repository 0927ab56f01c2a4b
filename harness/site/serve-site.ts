import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream";
import { contentPolicy } from "./page-shell.ts";

export interface SiteServer extends AsyncDisposable {
  readonly url: string;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".csv": "text/csv; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
};

/** Serves a report's folder to this machine on 127.0.0.1; port 0 takes a free one. The caller closes it. */
export async function serveSite(dir: string, port: number): Promise<SiteServer> {
  const root = await realpath(dir);
  const server = createServer((request, response) => {
    answer(root, address(), request, response).catch(() => refuse(response, 500, "the file could not be read"));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = (): number => {
    const bound = server.address();
    return typeof bound === "object" && bound !== null ? bound.port : 0;
  };
  return {
    url: `http://127.0.0.1:${address()}/`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(root: string, port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader("Content-Security-Policy", `${contentPolicy}; frame-ancestors 'none'`);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Cache-Control", "no-cache");
  // Pages of other sites can make a browser resolve their own name to this machine; they cannot make it send our name.
  const host = request.headers.host ?? "";
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return refuse(response, 403, "this report is served to 127.0.0.1 only");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "only GET and HEAD");
  const file = await fileOf(root, request.url ?? "/");
  const type = file === undefined ? undefined : types[extname(file)];
  if (file === undefined || type === undefined) return refuse(response, 404, "no such file in this report");
  const { size } = await stat(file);
  response.writeHead(200, { "Content-Type": type, "Content-Length": size });
  if (request.method === "HEAD") response.end();
  else pipeline(createReadStream(file), response, () => {});
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

/** The regular file an address names, links followed; undefined for anything outside `root`. */
async function fileOf(root: string, url: string): Promise<string | undefined> {
  const path = decoded(url.replace(/[?#].*$/s, ""));
  if (path === undefined || !path.startsWith("/") || path.includes("\0") || path.includes("\\")) return undefined;
  if (path.split("/").some((part) => part === ".." || (part.startsWith(".") && part !== ""))) return undefined;
  const real = await realpath(join(root, path === "/" ? "index.html" : path)).catch(() => undefined); // a file that is not there
  if (real === undefined || !real.startsWith(root + sep)) return undefined;
  return (await stat(real)).isFile() ? real : undefined;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined; // no address that a browser would send
  }
}
