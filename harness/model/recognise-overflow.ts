/** Codes and types servers use for "the prompt does not fit": OpenAI and DeepSeek, llama.cpp, OpenAI for one over-long message. */
const codes: ReadonlySet<string> = new Set([
  "context_length_exceeded",
  "exceed_context_size_error",
  "context_window_exceeded",
  "string_above_max_length",
]);

/** Sentences, by the server that says them. All are matched without regard to case. */
const wordings: readonly RegExp[] = [
  /maximum context length/i, // vLLM, OpenAI, SGLang (with max_tokens), OpenRouter, DeepSeek, Mistral, older Ollama
  /longer than the (model's context length|maximum model length)/i, // SGLang; vLLM engine
  /exceeds? (the )?(available |maximum )?context (size|window|length)/i, // llama.cpp, llama-cpp-python, OpenAI responses, Ollama
  /context (length|window|size)( has been| was|) exceeded/i,
  /input length \(\d+ tokens\) exceeds the maximum allowed length/i, // SGLang scheduler
  /prompt \(total length \d+\) is too long to fit into the model/i, // vLLM with images
  /max_tokens must be at least 1, got -?\d+/i, // vLLM, when the prompt leaves no room for the default max_tokens
  /prompt is too long: \d+ tokens/i, // Anthropic behind a gateway
  /input token count.{0,40} exceeds the maximum number of tokens/i, // Gemini
  /inputs.? (tokens \+ .?max_new_tokens.? must be|must have less than \d+ tokens)/i, // text-generation-inference
  /range of input length should be/i, // DashScope
];

/** True when a server's error code, type or words say that the prompt (with the wanted completion) does not fit into the context window. */
export function isContextOverflow(failure: { readonly code?: string; readonly type?: string; readonly message: string }): boolean {
  if (failure.code !== undefined && codes.has(failure.code)) return true;
  if (failure.type !== undefined && codes.has(failure.type)) return true;
  return wordings.some((wording) => wording.test(failure.message));
}

/**
 * True when the request could never fit, whatever its messages: the wanted completion alone fills the window the server names.
 * That is a mistake in the sampling settings, not a conversation that grew too long.
 */
export function completionAloneOverflows(message: string, maxTokens: number | undefined): boolean {
  const window = /(?:maximum (?:context|model) length (?:is|of)|context length \()\s*(\d+)/i.exec(message)?.[1];
  return maxTokens !== undefined && window !== undefined && maxTokens >= Number(window);
}
