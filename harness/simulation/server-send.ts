/** Writes an answer to the socket, whole or as a fault leaves it. */
import type { ServerResponse } from "node:http";
import type { FaultKind } from "./faults.ts";
import type { Refusal } from "./protocol-errors.ts";
import type { Outgoing } from "./protocol-play.ts";

/** Sends `outgoing`. A fault of kind stall, cut-json, cut-body, empty-body or no-choices damages a good answer; refusals go out whole. */
export function send(res: ServerResponse, outgoing: Outgoing, fault?: FaultKind): void {
  if (res.destroyed) return;
  if (outgoing.kind === "refusal") sendRefusal(res, outgoing.refusal);
  else if (outgoing.kind === "json") sendBody(res, fault === "no-choices" ? emptied(outgoing.body) : outgoing.body, fault);
  else sendEvents(res, outgoing.events, fault);
}

/** A refusal with a text/html header goes out as the error page of a proxy. */
function sendRefusal(res: ServerResponse, r: Refusal): void {
  const html = r.headers?.["content-type"] === "text/html";
  const payload = html ? `<html><body><h1>${r.status} Bad Gateway</h1></body></html>` : JSON.stringify(r.body);
  const length = Buffer.byteLength(payload);
  res.writeHead(r.status, { "content-type": "application/json", ...r.headers, "content-length": length }).end(payload);
}

function emptied(body: { readonly [key: string]: unknown }): { readonly [key: string]: unknown } {
  return { ...body, ...("choices" in body ? { choices: [] } : { data: [] }) };
}

function sendBody(res: ServerResponse, body: { readonly [key: string]: unknown }, fault: FaultKind | undefined): void {
  const whole = fault === "empty-body" ? "" : JSON.stringify(body);
  const length = Buffer.byteLength(whole);
  const headers = { "content-type": "application/json" };
  const half = (): Buffer => Buffer.from(whole).subarray(0, Math.floor(length / 2));
  if (fault === "cut-json") {
    const part = half();
    res.writeHead(200, { ...headers, "content-length": part.length }).end(part);
  } else if (fault === "cut-body") {
    res.writeHead(200, { ...headers, "content-length": length });
    res.write(half(), () => res.destroy());
  } else if (fault === "stall") {
    res.writeHead(200, { ...headers, "content-length": length });
    res.write(half());
  } else res.writeHead(200, { ...headers, "content-length": length }).end(whole);
}

function sendEvents(res: ServerResponse, events: Iterable<string>, fault: FaultKind | undefined): void {
  const whole = fault === "empty-body" ? "" : fault === "no-choices" ? "data: [DONE]\n\n" : [...events].join("");
  const damaged = fault === "cut-json" || fault === "cut-body" || fault === "stall";
  const sent = damaged ? whole.slice(0, Math.floor(whole.length / 2)) : whole;
  res.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  if (fault === "stall") res.write(sent);
  else if (fault === "cut-body") res.write(sent, () => res.destroy());
  else res.end(sent);
}
