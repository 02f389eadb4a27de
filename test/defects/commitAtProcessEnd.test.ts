import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// A commit that follows a slow one is delayed by a timer, and that timer did not keep the process alive: a program that
// only waited for its commit exited with code 13 ("Detected unsettled top-level await") and lost its writes.
test('a process stays alive until a delayed commit is done', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [path.resolve('test/helpers/slowCommitsProcess.ts')]);
  expect(stdout).toBe('3');
});
