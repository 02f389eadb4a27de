import path from 'node:path';
import { base64urlnopad } from '@scure/base';
import { z } from 'zod';
import type { Random } from '#shared/util/random.ts';
import { readSoundJson, writeJsonFile } from './privateFile.ts';

/** The secret of a private swarm; null after it was revoked. */
const Secret = z.object({ secret: z.string().min(1).max(64).nullable() });

/** Creates the secret (128 bits) of the private swarm in this folder, unless it exists or was revoked. */
export function openSecret(folder: string, random: Random): void {
  if (read(folder) === undefined) renewSecret(folder, random);
}

/** Reads the current secret; null if there is none or it was revoked, so that nobody new can join. */
export function readSecret(folder: string): string | null {
  return read(folder)?.secret ?? null;
}

/** Creates a new secret and returns it. Invite links with the old one become invalid; existing members stay. */
export function renewSecret(folder: string, random: Random): string {
  const secret = base64urlnopad.encode(random.bytes(16));
  writeJsonFile(fileIn(folder), { secret });
  return secret;
}

/** Deletes the secret: nobody new can join until it is renewed. */
export function revokeSecret(folder: string): void {
  writeJsonFile(fileIn(folder), { secret: null });
}

function fileIn(folder: string): string {
  return path.join(folder, 'secret.json');
}

/** Throws for a damaged file instead of treating it as missing: a new secret would invalidate all invite links. */
function read(folder: string): z.infer<typeof Secret> | undefined {
  return readSoundJson(fileIn(folder), Secret);
}
