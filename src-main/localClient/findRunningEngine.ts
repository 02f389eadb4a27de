import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineFile } from '#shared/api/handshake.ts';

/** File in which a running engine publishes its port and secret (rules 8.1). */
export function engineFilePath(home: string): string {
  return path.join(home, 'run', 'engine.json');
}

/**
 * Reads the file of the engine of this data folder; null when it does not exist or is invalid. A killed engine leaves
 * its file behind, so only a connection shows whether it runs.
 */
export async function findRunningEngine(home: string): Promise<EngineFile | null> {
  try {
    const parsed = EngineFile.safeParse(JSON.parse(await readFile(engineFilePath(home), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
