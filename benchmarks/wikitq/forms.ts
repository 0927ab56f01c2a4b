/** The forms a question is put in. A form is part of the task, and so of every key. */
import { fileURLToPath } from "node:url";
import type { Form } from "../../harness/core/contract.ts";
import type { Typing } from "./workbook/table-cells.ts";

/** Where the agent finds and leaves workbooks, inside its sandbox. */
export const agentPaths = { directory: "/work", input: "/work/input.xlsx", output: "/work/output.xlsx" } as const;
/** The file an agent must produce in the workbook forms. */
export const outputName = "output.xlsx";
/** Sheet that holds the table, and sheet that the answer belongs on: column A from row 2 down. */
export const sheetNames = { table: "Table", answer: "Answer" } as const;

const prompt = (name: string): string => fileURLToPath(new URL(`./prompts/${name}.md`, import.meta.url));
const workbook = {
  prompt: prompt("workbook-task"),
  role: prompt("workbook-role"),
  harvest: [{ path: outputName, maxBytes: 16 * 2 ** 20 }],
} as const;

/** How cells are typed in the workbook forms; undefined for the text form. */
export const typingOf: Readonly<Record<FormId, Typing | undefined>> = { workbook: "typed", "workbook-text": "text", direct: undefined };
export type FormId = "workbook" | "workbook-text" | "direct";

/** The first is the default. */
export const forms: Readonly<Record<FormId, Form>> = {
  workbook: { id: "workbook", ...workbook },
  "workbook-text": { id: "workbook-text", ...workbook },
  direct: { id: "direct", prompt: prompt("direct-task"), role: prompt("direct-role"), harvest: [] },
};

export const isForm = (id: string): id is FormId => Object.hasOwn(forms, id);
