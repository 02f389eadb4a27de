import { execFile } from 'node:child_process';
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../../..');
const Report = z.object({ diagnostics: z.array(z.object({ code: z.string(), message: z.string() })) });
const Config = z.looseObject({ options: z.unknown() });

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-lint-'));
  await cp(path.join(root, 'tools/lint'), path.join(folder, 'tools/lint'), { recursive: true });
  for await (const readme of glob('src-*/**/README.md', { cwd: root })) {
    await cp(path.join(root, readme), path.join(folder, readme));
  }
  const config = Config.parse(JSON.parse(await readFile(path.join(root, '.oxlintrc.json'), 'utf8')));
  // Types are checked on the real sources; these small samples have no tsconfig.
  await writeFile(path.join(folder, '.oxlintrc.json'), JSON.stringify({ ...config, options: {} }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lints one sample as if it stood at `file` and returns "rule: message" for each finding. */
async function lint(file: string, text: string): Promise<string[]> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
  const output = await new Promise<string>((resolve) => {
    const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');
    execFile(process.execPath, [oxlint, '--format', 'json', file], { cwd: folder }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  await rm(target);
  return Report.parse(JSON.parse(output)).diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

const bad: readonly (readonly [file: string, text: string, rule: string])[] = [
  ['src-shared/domain/a.ts', "import fs from 'node:fs';\nexport const a = fs;\n", 'import-table'],
  ['src-shared/domain/a.ts', "export { x } from '#shared/api/x.ts';\n", 'import-table'],
  ['src-renderer/a.ts', "import { x } from '#engine/x.ts';\nexport const a = x;\n", 'import-table'],
  ['src-renderer/a.ts', "import { x } from 'better-sqlite3';\nexport const a = x;\n", 'import-table'],
  ['src-coordinator/a.ts', "import { x } from '#main/engine/x.ts';\nexport const a = x;\n", 'import-table'],
  ['src-main/engine/store/a.ts', "import { x } from '#engine/host/x.ts';\nexport const a = x;\n", 'import-table'],
  [
    'src-coordinator/storage/a.ts',
    "import type { X } from '#coordinator/swarm/x.ts';\nexport const a: X = 1;\n",
    'import-table',
  ],
  ['src-main/engine/a.ts', "import { app } from 'electron';\nexport const a = app;\n", 'import-table'],
  ['src-main/engine/a.ts', "export const a = () => import('node-llama-cpp');\n", 'import-table'],
  ['src-main/engine/a.ts', "export const a = () => import('@koromix/koffi-win32-x64');\n", 'import-table'],
  ['src-main/inference-worker/a.ts', "export const a = () => import('koffi');\n", 'import-table'],
  ['src-main/electron/preload/a.ts', "import path from 'node:path';\nexport const a = path;\n", 'import-table'],
  ['test/unit/a.ts', "import { x } from '../../src-shared/x.ts';\nexport const a = x;\n", 'import-table'],
  ['src-main/engine/contribution/policy/a.ts', 'export const a = () => Date.now();\n', 'no-hidden-input'],
  ['src-coordinator/books/money/a.ts', 'export const a = () => new Date();\n', 'no-hidden-input'],
  ['src-shared/domain/a.ts', 'export const a = () => Math.random();\n', 'no-hidden-input'],
  ['src-coordinator/swarm/matching/a.ts', 'export const a = () => setTimeout(() => 1, 1);\n', 'no-hidden-input'],
  ['src-main/engine/a.ts', 'let count = 0;\nexport const a = () => (count += 1);\n', 'no-module-state'],
  ['src-main/engine/a.ts', 'const all = new Map();\nexport const a = (x) => all.set(x, 1);\n', 'no-module-state'],
  ['src-main/engine/a.ts', "export const a = (socket) => socket.emit('x');\n", 'send-in-transport'],
  ['src-main/engine/a.ts', "export const a = (b) => b.socket.emit('x');\n", 'send-in-transport'],
  ['src-main/engine/a.ts', 'export const a = (t: string) => JSON.parse(t) as { b: 1 };\n', 'no-asserted-input'],
  ['src-main/engine/a.ts', 'export const a = (t: string) => t as unknown as { b: 1 };\n', 'no-asserted-input'],
  ['src-main/engine/a.ts', 'export default 1;\n', 'no-default-export'],
  ['src-main/engine/a.ts', 'export const a = (b, c, d, e, f) => b + c + d + e + f;\n', 'max-params'],
  ['src-main/engine/a.ts', 'export {};\n'.repeat(401), 'max-lines'],
  ['src-main/engine/a.ts', `export function a() {\n${'  a();\n'.repeat(81)}}\n`, 'max-lines-per-function'],
  ['src-main/engine/a.ts', '// @ts-ignore\nexport const a = 1;\n', 'ban-ts-comment'],
  ['src-main/engine/a.ts', 'export const a = (b: any) => [b];\n', 'no-explicit-any'],
];

describe('refused', () => {
  test.each(bad)('in %s: %j', async (file, text, rule) => {
    const findings = await lint(file, text);
    expect(findings.filter((finding) => finding.includes(`(${rule})`))).not.toEqual([]);
  });
});

test('files that import only types of each other in a circle are refused too', async () => {
  const other = path.join(folder, 'src-shared/domain/b.ts');
  await mkdir(path.dirname(other), { recursive: true });
  await writeFile(other, "import type { A } from './a.ts';\n\nexport type B = A | null;\n");
  const findings = await lint('src-shared/domain/a.ts', "import type { B } from './b.ts';\n\nexport type A = B[];\n");
  await rm(other);
  expect(findings).toEqual([expect.stringContaining('import(no-cycle)')]);
});

const good: readonly (readonly [file: string, text: string])[] = [
  ['src-main/electron/a.ts', "import { app } from 'electron';\nexport const a = app;\n"],
  ['src-main/engine/inference/confinement/a.ts', "export const a = () => import('@koromix/koffi-win32-x64');\n"],
  ['src-main/inference-worker/a.ts', "import { getLlama } from 'node-llama-cpp';\nexport const a = getLlama;\n"],
  ['src-main/cli/a.ts', "import { x } from '#engine/host/x.ts';\nexport const a = x;\n"],
  ['src-shared/domain/a.ts', 'export const a = (now: number) => new Date(now).toISOString();\n'],
  ['src-main/engine/socketTransport.ts', "export const a = (socket) => socket.emit('x');\n"],
  ['src-main/engine/a.ts', "const names = new Map([['a', 1]]);\nexport const a = (x) => names.get(x);\n"],
];

describe('allowed', () => {
  test.each(good)('in %s: %j', async (file, text) => {
    expect(await lint(file, text)).toEqual([]);
  });
});
