// Worker thread of read-answer.ts: one workbook in, its items or a fault out.
const { parentPort } = require("node:worker_threads");
const { itemsOf } = require("./answer-items.cjs");

parentPort.on("message", ({ job, bytes }) => {
  let result;
  try {
    result = itemsOf(Buffer.from(bytes));
  } catch (error) {
    result = { fault: `the workbook cannot be read (${String(error?.message ?? error).slice(0, 200)})` };
  }
  parentPort.postMessage({ job, result });
});
