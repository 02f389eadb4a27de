import { readFile } from 'node:fs/promises';
import { mostCatalogueText } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { withModels } from './withModels.ts';
import { UsageError } from '#main/cli/program/UsageError.ts';

const fetchTimeoutMs = 30_000;

/** `models catalogue update`: prints one line, `catalogue` with its edition, or `error` and exits with 1. */
export async function updateCatalogue(context: CommandContext, source: string): Promise<ExitCode> {
  const text = await readSource(source);
  return withModels(context, async (library) => {
    const outcome = await library.call('models.updateCatalogue', { text });
    if (outcome.kind === 'refused') {
      context.line({ event: 'error', code: 'catalogue_refused', message: outcome.why });
      context.note(`The catalogue was rejected: ${outcome.why}`);
      return exitCodes.failed;
    }
    const { edition, families } = outcome;
    context.line({ event: 'catalogue', edition, families });
    context.say(`Edition ${edition} with ${families} models applies from the next start.`);
    return exitCodes.done;
  });
}

async function readSource(source: string): Promise<string> {
  const text = await (/^https?:/i.test(source) ? fetchText(source) : readText(source));
  if (text.length > mostCatalogueText) throw new UsageError('The file is too large for a catalogue.');
  if (text === '') throw new UsageError('The file is empty.');
  return text;
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new UsageError(`Cannot read ${file}.`);
  });
}

/** The signature vouches for the content, so it may come from anywhere; only its length is limited. */
async function fetchText(address: string): Promise<string> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(fetchTimeoutMs) });
    if (!answer.ok || answer.body === null) throw new Error(`the server responded with status ${answer.status}`);
    let text = '';
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.length > mostCatalogueText) break;
    }
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SwarmError('not_connected', `Cannot fetch ${address}: ${reason}`);
  }
}
