import { assertNever } from '#shared/util/assertNever.ts';
import type { GenerateRun } from '#shared/worker/EngineToWorker.ts';
import type { RunFailureCode } from '#shared/worker/WorkerToEngine.ts';
import type { ModelHost } from '#main/inference-worker/model/ModelHost.ts';

/** The token ids a run starts from: the prompt, and the part of the answer that exists already. */
export interface PreparedPrompt {
  readonly kind: 'ready';
  readonly promptIds: number[];
  readonly prefixIds: number[];
}

/** Why a prompt cannot be run. */
export interface PromptRefusal {
  readonly kind: 'refused';
  readonly code: RunFailureCode;
  readonly message: string;
  /** Length of prompt and prefix, where it is the reason. */
  readonly promptTokens?: number;
}

/** Tokenizes the prompt and checks that prompt and answer fit the context, which is never shifted. */
export function preparePrompt(host: ModelHost, { prompt, sampler }: GenerateRun): PreparedPrompt | PromptRefusal {
  const ids = tokenize(host, prompt);
  if (ids === null) return { kind: 'refused', code: 'no_chat_template', message: 'This model has no chat template.' };
  const { promptIds, prefixIds } = ids;
  if (promptIds.length === 0) return { kind: 'refused', code: 'invalid_ids', message: 'The prompt has no tokens.' };
  if ([...promptIds, ...prefixIds].some((id) => id >= host.vocabSize)) {
    return { kind: 'refused', code: 'invalid_ids', message: 'A token id is outside the vocabulary.' };
  }
  const promptTokens = promptIds.length + prefixIds.length;
  const usable = host.contextSize - 1;
  if (promptTokens + sampler.maxTokens > usable) {
    const message = `${promptTokens} prompt tokens and ${sampler.maxTokens} answer tokens exceed the context of ${usable}.`;
    return { kind: 'refused', code: 'prompt_too_long', message, promptTokens };
  }
  return { kind: 'ready', promptIds, prefixIds };
}

/** Null when the model has no chat template for a conversation. */
function tokenize(host: ModelHost, prompt: GenerateRun['prompt']) {
  switch (prompt.kind) {
    case 'ids':
      return { promptIds: prompt.promptIds, prefixIds: prompt.prefixIds };
    case 'text':
      return { promptIds: host.tokenizeText(prompt.text), prefixIds: [] };
    case 'messages': {
      const promptIds = host.tokenizeMessages(prompt.messages);
      return promptIds === null ? null : { promptIds, prefixIds: [] };
    }
    default:
      return assertNever(prompt);
  }
}
