import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureBrowser, waysToInstall } from '#tools/test/ensureBrowser.mjs';
import { readPlaywrightReport } from '#tools/test/readPlaywrightReport.mjs';
import { runStep } from '#tools/test/runStep.mjs';
import { summarise } from '#tools/test/summarise.mjs';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-steps-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const exit = (code: number) => [process.execPath, ['-e', `process.exit(${code})`]];
const run = (step: object) => runStep({ name: 'x', ...step }, { root, env: process.env });

describe('a step', () => {
  test('without counts is one test', async () => {
    expect(await run({ commands: [exit(0)] })).toMatchObject({ passed: 1, failed: 0 });
    expect(await run({ commands: [exit(3)] })).toMatchObject({ passed: 0, failed: 1 });
  });

  test('stops at its first command that fails', async () => {
    const file = path.join(root, 'ran');
    const write = [process.execPath, ['-e', `require('node:fs').writeFileSync(${JSON.stringify(file)}, '')`]];
    expect(await run({ commands: [exit(1), write] })).toMatchObject({ failed: 1 });
    await expect(writeFile(file, '', { flag: 'wx' })).resolves.toBeUndefined();
  });

  const counted = (count: object | undefined, code: number) =>
    run({ commands: [exit(code)], report: 'r', read: () => count });

  test('with counts gives them', async () => {
    const count = { passed: 5, failed: 2, notRun: [{ name: 'a', why: 'b' }] };
    expect(await counted(count, 1)).toMatchObject(count);
  });

  test('that ends badly has failed even when none of its tests did', async () => {
    expect(await counted({ passed: 5, failed: 0, notRun: [] }, 1)).toMatchObject({ passed: 5, failed: 1 });
    expect(await counted(undefined, 1)).toMatchObject({ passed: 0, failed: 1 });
  });

  test('that ran no test has failed', async () => {
    expect(await counted({ passed: 0, failed: 0, notRun: [] }, 0)).toMatchObject({ failed: 1 });
  });

  test('whose program is not there has failed', async () => {
    expect(await run({ commands: [[path.join(root, 'nothing'), []]] })).toMatchObject({ failed: 1 });
  });
});

test('the summary names what was not run and ends with the counts', () => {
  const { text, failed } = summarise(
    [
      { name: 'lint', ms: 1200, passed: 1, failed: 0, notRun: [] },
      {
        name: 'tests',
        ms: 90_000,
        passed: 41,
        failed: 1,
        failures: [{ name: 'a.test.ts: adds', why: 'expected 3 to be 2' }],
        notRun: [{ name: 'old Node', why: 'none here' }],
      },
    ],
    [{ name: 'Electron end to end', why: 'no binary' }],
  );
  expect(failed).toBe(1);
  const lines = text.split('\n');
  expect(lines).toContain('Failed: a.test.ts: adds: expected 3 to be 2');
  expect(lines).toContain('Not run here: old Node: none here');
  expect(lines).toContain('Not run here: Electron end to end: no binary');
  expect(lines.at(-1)).toBe('42 passed, 1 failed');
});

test("Playwright's report is added up with the reasons of skipped tests", () => {
  const spec = (status: string, annotations: object[] = [], results: object[] = []) => ({
    title: status,
    file: 'a.spec.ts',
    tests: [{ status, annotations, results }],
  });
  const skipped = spec('skipped', [{ type: 'skip', description: 'no display' }]);
  const unexpected = spec('unexpected', [], [{ error: { message: '\u001B[31mexpected true\u001B[39m\nat a.ts' } }]);
  const report = {
    errors: [],
    suites: [{ specs: [spec('expected')], suites: [{ specs: [unexpected, skipped] }] }],
  };
  expect(readPlaywrightReport(report)).toEqual({
    passed: 1,
    failed: 1,
    failures: [{ name: 'a.spec.ts: unexpected', why: 'expected true' }],
    notRun: [{ name: 'a.spec.ts: skipped', why: 'no display' }],
  });
});

describe('the browser', () => {
  test('comes from apt where that is allowed, else from Playwright', () => {
    const first = (facts: object) => waysToInstall({ platform: 'linux', isRoot: true, hasApt: true, ...facts })[0]?.[0];
    expect(first({})?.[0]).toBe('apt-get');
    expect(first({ isRoot: false })?.[1]).toContain('chromium');
    expect(first({ hasApt: false })?.[0]).toBe(process.execPath);
    expect(first({ platform: 'darwin' })?.[0]).toBe(process.execPath);
  });

  test('is not installed when there is one', () => {
    const install = () => {
      throw new Error('nothing to install');
    };
    expect(ensureBrowser({ find: () => '/usr/bin/chromium', run: install })).toBe('/usr/bin/chromium');
  });

  test('is looked for again after each way, and may stay missing', () => {
    const ran: string[] = [];
    const install = (find: () => string | undefined, works: boolean) =>
      ensureBrowser({
        find,
        platform: 'linux',
        isRoot: false,
        run: (file: string) => {
          ran.push(file);
          return works;
        },
      });
    expect(install(() => (ran.length > 0 ? '/found' : undefined), true)).toBe('/found');
    expect(ran).toHaveLength(1);
    expect(install(() => undefined, false)).toBeUndefined();
  });
});
