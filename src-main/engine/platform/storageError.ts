import { SwarmError } from '#shared/domain/errorCodes.ts';

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE']);
const readOnlyCodes = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'SQLITE_READONLY', 'SQLITE_CANTOPEN']);
const damagedCodes = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/** What a failed write means for the owner, or `undefined` when the failure is not about storage. */
export function storageError(thrown: unknown, place: string): SwarmError | undefined {
  if (thrown instanceof SwarmError) return thrown.code.startsWith('storage_') ? thrown : undefined;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const options = { cause: thrown };
  if (fullCodes.has(code)) return new SwarmError('storage_full', `No space is left for ${place}.`, options);
  if (readOnlyCodes.has(code) || code.startsWith('SQLITE_READONLY')) {
    return new SwarmError('storage_read_only', `${place} cannot be written.`, options);
  }
  return damagedCodes.has(code)
    ? new SwarmError('storage_damaged', `The database in ${place} is damaged.`, options)
    : undefined;
}
