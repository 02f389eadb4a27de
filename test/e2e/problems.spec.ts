import { engineProblems, type EngineProblemCode } from '#engine/api/snapshot/engineProblems.ts';
import { expect, test } from './helpers/appTest.ts';
import { expectAccessible, lookAt } from './helpers/look.ts';
import { showProblems } from './helpers/showProblems.ts';

const problem = (code: EngineProblemCode) => ({ code, ...engineProblems[code] });

test('a problem comes with the button that does something about it, and only what is broken is red', async ({
  app,
  page,
}) => {
  const sent = await showProblems(page, [
    problem('private_swarm_gave_up'),
    problem('disk_short'),
    problem('clock_jumped'),
  ]);
  await app.visit(page, '/tasks');
  const ended = page.getByRole('alert').filter({ hasText: engineProblems.private_swarm_gave_up.happened });
  await expect(ended).toBeVisible();
  await lookAt(page, 'problems');
  await expectAccessible(page, 'problems');

  await ended.getByRole('button', { name: 'Start again' }).click();
  await expect.poll(() => sent.some((text) => text.includes('swarm.startPrivate'))).toBe(true);

  const jumped = page.getByRole('status').filter({ hasText: engineProblems.clock_jumped.happened });
  await jumped.getByRole('button', { name: 'Dismiss' }).click();
  await expect(jumped).toHaveCount(0);

  await page.getByRole('button', { name: 'Manage models' }).click();
  await expect(page.getByRole('heading', { name: 'Models', level: 1 })).toBeVisible();
});

test('a problem that the log explains leads to the log', async ({ app, page }) => {
  const code = 'storage_damaged';
  const words = { happened: 'The database is damaged.', means: 'm', action: 'a' };
  await showProblems(page, [{ code, ...words, severity: 'danger', remedy: 'read_log' }]);
  await app.visit(page, '/');
  await page.getByRole('button', { name: 'View log' }).click();
  const log = page.getByRole('textbox', { name: 'Log' });
  await expect(log).toBeInViewport();
  await expect(log).toHaveValue(/engine started/);
  // Once shown, coming back does not scroll there again.
  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Tasks', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeInViewport();
  await expect(log).toHaveCount(0);
});
