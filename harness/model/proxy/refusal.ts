/** A request that is not answered, in the form OpenAI-compatible clients understand. `message` is for people. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly param?: string;
}

export function refusal(status: number, code: string, message: string, param?: string): Refusal {
  return { status, code, message, ...(param === undefined ? {} : { param }) };
}

export const isRefusal = (value: object): value is Refusal => "status" in value && "code" in value;

/** The body of the HTTP reply. 4xx other than 408, 409 and 429 are not sent again by the usual clients. */
export function refusalBody({ status, code, message, param }: Refusal): { readonly error: Readonly<Record<string, string | null>> } {
  return { error: { message, type: status < 500 ? "invalid_request_error" : "server_error", param: param ?? null, code } };
}
