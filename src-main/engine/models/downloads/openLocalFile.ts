import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { DownloadError } from '#engine/models/transfer/DownloadError.ts';

/** An open file, and its size in bytes when it was opened. */
export interface LocalFile extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly bytes: number;
}

/**
 * Opens a regular file. Anything else is refused without being read: devices never end, and opening a pipe blocks.
 * Rejects with a {@link DownloadError}.
 */
export async function openLocalFile(file: string): Promise<LocalFile> {
  try {
    checkKind(await stat(file));
    // It may have become a pipe since; O_NONBLOCK keeps the open from waiting for a writer. Windows has no such pipes.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await handle.stat();
      checkKind(found);
      return { handle, bytes: found.size, [Symbol.asyncDispose]: () => handle.close() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw localFileError(error, file);
  }
}

function checkKind(found: Stats): void {
  if (found.isFile()) return;
  const message = found.isDirectory()
    ? 'This is a folder. Choose the GGUF file in it.'
    : 'This is a device or a pipe, not a file.';
  throw new DownloadError('not_gguf', message);
}

function localFileError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new DownloadError('not_found', `There is no file ${file}.`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new DownloadError('storage_failed', `You do not have permission to read ${file}.`, { cause: error });
    default:
      return error;
  }
}
