import { SwarmError } from '#shared/domain/errorCodes.ts';

/** Error codes by the prefix of the code of SQLite or the file system. */
const reasons = [
  ['SQLITE_FULL', 'storage_full'],
  ['ENOSPC', 'storage_full'],
  ['EDQUOT', 'storage_full'],
  ['SQLITE_READONLY', 'storage_read_only'],
  ['SQLITE_CANTOPEN', 'storage_read_only'],
  ['SQLITE_PERM', 'storage_read_only'],
  ['EACCES', 'storage_read_only'],
  ['EPERM', 'storage_read_only'],
  ['EROFS', 'storage_read_only'],
  ['ENOTDIR', 'storage_read_only'],
  ['EEXIST', 'storage_read_only'],
  ['SQLITE_CORRUPT', 'storage_damaged'],
  ['SQLITE_NOTADB', 'storage_damaged'],
] as const;

/** Converts an error of the disk or of SQLite to a SwarmError; returns any other error unchanged. */
export function storageError(thrown: unknown): unknown {
  if (thrown instanceof SwarmError || !(thrown instanceof Error) || !('code' in thrown)) return thrown;
  const code = String(thrown.code);
  const reason = reasons.find(([start]) => code.startsWith(start))?.[1];
  return reason === undefined ? thrown : new SwarmError(reason, undefined, { cause: thrown });
}
