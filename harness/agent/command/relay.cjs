/**
 * Starts an agent's program inside its box and lets it reach the model by http://127.0.0.1:PORT, since few clients can speak to a Unix socket. Bytes are passed on
 * as they are; whatever is asked is judged at the other end of the socket, outside. Plain CommonJS for any Node 18 or newer that the box may have.
 * Argument: path of a JSON file with {command, env, port, socket, home, stdin}; without a socket there is no model, without stdin an empty standard input.
 */
"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");

const { command, env, port, socket, home, stdin } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const [program, ...args] = command;

function join(near) {
  const far = net.connect(socket);
  near.pipe(far).pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
  near.on("close", () => far.destroy());
  far.on("close", () => near.destroy());
}

function start() {
  fs.mkdirSync(home, { recursive: true });
  const input = stdin === undefined ? "ignore" : fs.openSync(stdin, "r");
  // biome-ignore lint/style/noProcessEnv: the environment of the box is what the program is to have
  const child = spawn(program, args, { stdio: [input, "inherit", "inherit"], env: { ...process.env, HOME: home, ...env } });
  child.on("error", (error) => {
    process.stderr.write(`${JSON.stringify(program)} could not be started: ${error.message}\n`);
    process.exit(127);
  });
  child.on("exit", (code, signal) => {
    if (signal !== null) process.stderr.write(`${JSON.stringify(program)} was ended by ${signal}\n`);
    process.exit(code === null ? 128 : code);
  });
}

const server = net.createServer({ allowHalfOpen: true }, join);
server.on("error", (error) => {
  process.stderr.write(`no relay to the model: ${error.message}\n`);
  process.exit(125);
});
if (socket === undefined) start();
else server.listen(port, "127.0.0.1", start);
