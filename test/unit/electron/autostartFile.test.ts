import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAutostartFile } from '#main/electron/desktop/autostartFile.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-autostart-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('is switched on and off', async () => {
  const file = createAutostartFile(['/opt/Open Swarm/open-swarm', '--hidden'], { HOME: home });
  expect(await file.get()).toBe(false);
  await file.set(true);
  expect(await file.get()).toBe(true);
  const text = await readFile(path.join(home, '.config/autostart/open-swarm.desktop'), 'utf8');
  expect(text).toContain('Exec="/opt/Open Swarm/open-swarm" "--hidden"\n');
  await file.set(false);
  expect(await file.get()).toBe(false);
  await expect(file.set(false)).resolves.toBeUndefined();
});

test('keeps odd characters of the path from meaning something', async () => {
  await createAutostartFile(['/a"b$c`d\\e%f'], { XDG_CONFIG_HOME: home }).set(true);
  const text = await readFile(path.join(home, 'autostart/open-swarm.desktop'), 'utf8');
  expect(text).toContain('Exec="/a\\"b\\$c\\`d\\\\e%%f"\n');
});
