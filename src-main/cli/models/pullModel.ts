import { setTimeout as wait } from 'node:timers/promises';
import path from 'node:path';
import type { Download } from '#shared/api/models.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { type ModelSource, withModels } from './withModels.ts';

const pollIntervalMs = 500;

/** `models pull`: prints progress lines, then one line with the outcome. */
export async function pullModel(
  context: CommandContext,
  source: string,
  { sha256, limit }: { sha256?: string; limit?: number },
): Promise<ExitCode> {
  return withModels(context, async (library) => {
    const { downloadId } = await library.call('models.pull', {
      source,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(limit === undefined ? {} : { bytesPerSecond: limit }),
    });
    return follow(context, library, downloadId);
  });
}

/** `models add`: prints the same lines for a local file. */
export async function addModel(
  context: CommandContext,
  file: string,
  { sha256 }: { sha256?: string },
): Promise<ExitCode> {
  return withModels(context, async (library) => {
    const { downloadId } = await library.call('models.add', {
      path: path.resolve(file),
      ...(sha256 === undefined ? {} : { sha256 }),
    });
    return follow(context, library, downloadId);
  });
}

/** Prints the progress of a download until it ends. */
export async function follow(context: CommandContext, library: ModelSource, downloadId: string): Promise<ExitCode> {
  const ended = new AbortController();
  const printing = printProgress(context, library, { downloadId, signal: ended.signal });
  try {
    for (;;) {
      const outcome = await library.call('downloads.wait', { downloadId });
      if (outcome.kind === 'waiting') continue;
      ended.abort();
      await printing;
      if (outcome.kind === 'installed') {
        const { digest, bytes, path: file } = outcome.file;
        // Scripts that draw a progress bar see it complete, however short the download was.
        context.line({ event: 'progress', bytes, total: bytes, bytesPerSecond: 0 });
        context.line({ event: 'done', digest, bytes, path: file });
        context.say(`Installed ${digest.slice(0, 12)} (${megabytes(bytes)} MB) as ${file}`);
        return exitCodes.done;
      }
      const { code, message } = outcome;
      context.line({ event: 'error', code, message });
      context.note(message);
      return exitCodes.failed;
    }
  } finally {
    ended.abort();
  }
}

async function printProgress(
  context: CommandContext,
  library: ModelSource,
  { downloadId, signal }: { downloadId: string; signal: AbortSignal },
): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    const download = library.downloads().find((one) => one.downloadId === downloadId);
    if (download !== undefined) {
      const { bytes, total, bytesPerSecond } = download;
      const line = JSON.stringify({ bytes, total });
      if (line !== last && total !== null) {
        context.line({ event: 'progress', bytes, total, bytesPerSecond });
        context.say(progressText(download));
      }
      last = line;
    }
    await wait(pollIntervalMs, undefined, { signal }).catch(() => {});
  }
}

function progressText({ state, bytes, total, bytesPerSecond, problem }: Download): string {
  if (problem !== null) return problem.message;
  if (state !== 'downloading' || total === null) return state;
  const percent = Math.floor((bytes / total) * 100);
  return `${percent} %  ${megabytes(bytes)} of ${megabytes(total)} MB  ${megabytes(bytesPerSecond)} MB/s`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
