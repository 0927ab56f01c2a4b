/** Error bodies of the simulated endpoint, in the words real servers use, so that the client's recognition is tested against them. */

/** What is answered instead of a completion: a status, a JSON body and extra headers. */
export interface Refusal {
  readonly status: number;
  readonly body: { readonly [key: string]: unknown };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whose words a context overflow is told in. vLLM is what the paper's models are served with. */
export type OverflowWording = "vllm" | "openai" | "ollama" | "llamacpp" | "sglang";

/** The OpenAI error shape: `{"error": {message, type, param, code}}`. */
export function refusal(
  status: number,
  message: string,
  options: { type?: string; param?: string; code?: string | null; headers?: Readonly<Record<string, string>> } = {},
): Refusal {
  const body = {
    error: {
      message,
      type: options.type ?? (status >= 500 ? "server_error" : "invalid_request_error"),
      param: options.param ?? null,
      code: options.code ?? null,
    },
  };
  return options.headers === undefined ? { status, body } : { status, body, headers: options.headers };
}

/** 404 as vLLM and OpenAI answer it when the model name is not served. */
export function unknownModel(model: string): Refusal {
  return refusal(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
    code: "model_not_found",
    param: "model",
  });
}

/** 401 as OpenAI answers it; the key itself is never repeated. */
export function wrongKey(): Refusal {
  return refusal(401, "Incorrect API key provided. Check the key this server was started with.", { code: "invalid_api_key" });
}

/**
 * What a server says when `promptTokens` plus the wanted completion do not fit into `contextTokens`.
 * `maxTokens` is what the client asked for, undefined when it left that to the server.
 */
export function contextOverflow(
  wording: OverflowWording,
  facts: { readonly promptTokens: number; readonly maxTokens: number | undefined; readonly contextTokens: number },
): Refusal {
  const { promptTokens, maxTokens, contextTokens } = facts;
  const wanted = promptTokens + (maxTokens ?? 0);
  switch (wording) {
    case "vllm":
      return vllmOverflow(promptTokens, maxTokens, contextTokens);
    case "openai":
      return refusal(
        400,
        `This model's maximum context length is ${contextTokens} tokens. However, you requested ${wanted} tokens ` +
          `(${promptTokens} in the messages, ${maxTokens ?? 0} in the completion). Please reduce the length of the messages or completion.`,
        { code: "context_length_exceeded", param: "messages" },
      );
    case "ollama":
      return { status: 400, body: { error: { message: "the input length exceeds the context length", type: "invalid_request_error" } } };
    case "llamacpp":
      return {
        status: 400,
        body: {
          error: {
            code: 400,
            message: "the request exceeds the available context size, try increasing it",
            type: "exceed_context_size_error",
            n_prompt_tokens: promptTokens,
            n_ctx: contextTokens,
          },
        },
      };
    case "sglang":
      return {
        status: 400,
        body: {
          object: "error",
          message: `The input (${promptTokens} tokens) is longer than the model's context length (${contextTokens} tokens).`,
          type: "BadRequestError",
          param: null,
          code: 400,
        },
      };
  }
}

/** vLLM words the two cases apart: the prompt alone is too long, or prompt and max_tokens together are. */
function vllmOverflow(promptTokens: number, maxTokens: number | undefined, contextTokens: number): Refusal {
  const start = `This model's maximum context length is ${contextTokens} tokens. However, your request has ${promptTokens} input tokens`;
  const message =
    maxTokens === undefined || promptTokens >= contextTokens
      ? `${start}. Please reduce the length of the input messages. (parameter=input_tokens, value=${promptTokens})`
      : `${start} plus ${maxTokens} 'max_tokens'. Please reduce one or the other. (parameter=max_tokens, value=${maxTokens})`;
  const param = promptTokens >= contextTokens || maxTokens === undefined ? "input_tokens" : "max_tokens";
  return { status: 400, body: { error: { message, type: "BadRequestError", param, code: 400 } } };
}
