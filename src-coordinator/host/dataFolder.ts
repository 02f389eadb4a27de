import { closeSync, openSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import { createSigningKey, loadSigningKey, type SigningKey } from '#node/keys.ts';
import { readSoundJson, writeJsonFile } from '#node/privateFile.ts';

/** Files beside the database, all 0600. */
const files = { keys: 'keys.json', alive: 'alive' } as const;

const Keys = z.object({
  version: z.literal(1),
  private: z.boolean(),
  /** The swarm's own key and the one that signs tokens, as raw seeds. */
  swarmKey: z.string(),
  tokenKey: z.string(),
});

/** How often the folder notes that its coordinator lives. */
const aliveEveryMs = 5000;

/** The keys of the coordinator in this folder, made at the first start. Throws a SwarmError. */
export function openKeys(folder: string, inPrivate: boolean): { swarmKey: SigningKey; tokenKey: SigningKey } {
  const file = path.join(folder, files.keys);
  const kept = readSoundJson(file, Keys);
  if (kept === undefined) {
    const made = { swarmKey: createSigningKey(), tokenKey: createSigningKey() };
    writeJsonFile(file, {
      version: 1,
      private: inPrivate,
      swarmKey: made.swarmKey.exportSecret(),
      tokenKey: made.tokenKey.exportSecret(),
    });
    return made;
  }
  if (kept.private !== inPrivate) {
    const [is, asked] = kept.private ? ['private', 'public'] : ['public', 'private'];
    throw new SwarmError('conflict', `The swarm in ${folder} is ${is}; it cannot be opened as a ${asked} one.`);
  }
  return { swarmKey: loadSigningKey(kept.swarmKey), tokenKey: loadSigningKey(kept.tokenKey) };
}

/** How long the coordinator of this folder has been down, in milliseconds; 0 at the first start. */
export function downTime(folder: string, clock: Clock): number {
  try {
    return Math.max(0, clock.now() - statSync(path.join(folder, files.alive)).mtimeMs);
  } catch {
    return 0;
  }
}

/** Notes every few seconds that the coordinator lives. Returns how to stop. */
export function keepAliveMark(folder: string, clock: Clock): () => void {
  const file = path.join(folder, files.alive);
  let stopped = false;
  const mark = () => {
    if (stopped) return;
    touch(file, clock);
    clock.setTimer(aliveEveryMs, mark);
  };
  mark();
  return () => {
    touch(file, clock);
    stopped = true;
  };
}

/** A full disk must not stop the coordinator for the sake of this mark. */
function touch(file: string, clock: Clock): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
    utimesSync(file, clock.now() / 1000, clock.now() / 1000);
  } catch {
    // The mark stays old: a restart then gives queued tasks a little more time.
  }
}
