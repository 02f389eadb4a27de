import { closeSync, openSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import { createSigningKey, loadSigningKey, type SigningKey } from '#node/keys/keys.ts';
import { readSoundJson, writeJsonFile } from '#node/privateFile.ts';

/** Files next to the database, all with mode 0600. */
const files = { keys: 'keys.json', alive: 'alive' } as const;

const Keys = z.object({
  version: z.literal(1),
  private: z.boolean(),
  /** Raw seeds of the swarm's own key and of the key that signs tokens. */
  swarmKey: z.string(),
  tokenKey: z.string(),
});

/** Interval at which the alive mark is refreshed. */
const aliveIntervalMs = 5000;

/** Loads the keys of this folder's coordinator; creates them at the first start. Throws a SwarmError. */
export function openKeys(folder: string, isPrivate: boolean): { swarmKey: SigningKey; tokenKey: SigningKey } {
  const file = path.join(folder, files.keys);
  const kept = readSoundJson(file, Keys);
  if (kept === undefined) {
    const created = { swarmKey: createSigningKey(), tokenKey: createSigningKey() };
    writeJsonFile(file, {
      version: 1,
      private: isPrivate,
      swarmKey: created.swarmKey.exportSecret(),
      tokenKey: created.tokenKey.exportSecret(),
    });
    return created;
  }
  if (kept.private !== isPrivate) {
    const [actual, requested] = kept.private ? ['private', 'public'] : ['public', 'private'];
    throw new SwarmError('conflict', `The swarm in ${folder} is ${actual}; it cannot be opened as a ${requested} one.`);
  }
  return { swarmKey: loadSigningKey(kept.swarmKey), tokenKey: loadSigningKey(kept.tokenKey) };
}

/** Milliseconds since the coordinator of this folder was last alive; 0 at the first start. */
export function downTime(folder: string, clock: Clock): number {
  try {
    return Math.max(0, clock.now() - statSync(path.join(folder, files.alive)).mtimeMs);
  } catch {
    return 0;
  }
}

/** Refreshes the alive mark every few seconds. Returns a function that stops it. */
export function keepAliveMark(folder: string, clock: Clock): () => void {
  const file = path.join(folder, files.alive);
  let stopped = false;
  const mark = () => {
    if (stopped) return;
    touch(file, clock);
    clock.setTimer(aliveIntervalMs, mark);
  };
  mark();
  return () => {
    touch(file, clock);
    stopped = true;
  };
}

/** Ignores failures: a full disk must not stop the coordinator because of this mark. */
function touch(file: string, clock: Clock): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
    utimesSync(file, clock.now() / 1000, clock.now() / 1000);
  } catch {
    // The mark stays old, so a restart gives queued tasks a little more time.
  }
}
