import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './startSwarm.ts';

test('docs/openapi.json is what the routes say; `node src-coordinator/host/writeOpenApi.ts` writes it anew', () => {
  const root = path.resolve(import.meta.dirname, '../../..');
  const written = path.join(temporaryFolder(), 'openapi.json');
  execFileSync(process.execPath, [path.join(root, 'src-coordinator/host/writeOpenApi.ts'), written]);
  const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
  expect(read(path.join(root, 'docs/openapi.json'))).toEqual(read(written));
});
