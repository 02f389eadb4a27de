import { readFileSync } from 'node:fs';
import path from 'node:path';
import { base64urlnopad } from '@scure/base';
import { z } from 'zod';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Random } from '#shared/util/random.ts';
import { writeJsonFile } from './privateFile.ts';
import { storageError } from './storageError.ts';

/** Secret of a private swarm; null once it was revoked. */
const Secret = z.object({ secret: z.string().min(1).max(64).nullable() });

/** Makes the secret of the private swarm in this folder (128 bits) unless there is one, or it was revoked. */
export function openSecret(folder: string, random: Random): void {
  if (read(folder) === undefined) renewSecret(folder, random);
}

/** The secret as it is now; null when there is none or it was revoked, so that nobody new may join. Read anew each time. */
export function readSecret(folder: string): string | null {
  return read(folder)?.secret ?? null;
}

/** A new secret: links with the old one let nobody in any more, and who joined before stays. Returns it. */
export function renewSecret(folder: string, random: Random): string {
  const secret = base64urlnopad.encode(random.bytes(16));
  writeJsonFile(fileIn(folder), { secret });
  return secret;
}

/** No secret lets anybody new in, until it is renewed. */
export function revokeSecret(folder: string): void {
  writeJsonFile(fileIn(folder), { secret: null });
}

function fileIn(folder: string): string {
  return path.join(folder, 'secret.json');
}

/** A damaged file must not look like none: a new secret in its place would shut out who holds an invite link. */
function read(folder: string): z.infer<typeof Secret> | undefined {
  const file = fileIn(folder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw storageError(error);
  }
  try {
    return Secret.parse(JSON.parse(text));
  } catch (error) {
    throw new SwarmError('storage_damaged', `The file ${file} cannot be read.`, { cause: error });
  }
}
