import type { ModelErrorClass } from "../core/errors.ts";
import type { Usage } from "../core/record.ts";

/** What happened to one call, for progress lines, budgets and error logs. Messages are redacted. */
export type CallEvent =
  | {
      readonly kind: "retry";
      readonly model: string;
      readonly endpoint: string;
      readonly attempt: number;
      readonly errorClass: ModelErrorClass;
      readonly message: string;
      readonly waitMs: number;
    }
  | {
      readonly kind: "done";
      readonly model: string;
      readonly endpoint: string;
      readonly purpose: "chat" | "embedding";
      readonly attempts: number;
      readonly ms: number;
      readonly usage: Usage;
      readonly costUsd?: number;
    }
  | {
      readonly kind: "failed";
      readonly model: string;
      readonly purpose: "chat" | "embedding";
      readonly attempts: number;
      readonly ms: number;
      readonly errorClass: ModelErrorClass;
      readonly message: string;
    };
