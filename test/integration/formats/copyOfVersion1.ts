import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A copy of the first formats' data (`test/fixtures/formats`), since opening migrates it; gone when the test is over. */
export function copyOfVersion1(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-formats-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync('test/fixtures/formats/v1', folder, { recursive: true });
  return folder;
}
