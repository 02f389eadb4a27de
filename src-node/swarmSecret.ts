import path from 'node:path';
import { base64urlnopad } from '@scure/base';
import { z } from 'zod';
import type { Random } from '#shared/util/random.ts';
import { readSoundJson, writeJsonFile } from './privateFile.ts';

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
  return readSoundJson(fileIn(folder), Secret);
}
