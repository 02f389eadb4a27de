import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineFile } from '#shared/api/handshake.ts';

/** Where a running engine says how to reach it (rules 8.1). */
export function engineFilePath(home: string): string {
  return path.join(home, 'run', 'engine.json');
}

/**
 * What the engine of this data folder says about itself; null when it wrote nothing readable. The file of a killed
 * engine stays behind, so only a connection shows whether it runs.
 */
export async function findRunningEngine(home: string): Promise<EngineFile | null> {
  try {
    const parsed = EngineFile.safeParse(JSON.parse(await readFile(engineFilePath(home), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
