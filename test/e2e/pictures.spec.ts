import { answerPanel, expect, pastFirstQuestions, RunningApp, runPrompt, test } from './helpers/appTest.ts';
import { lookAt, takesPictures } from './helpers/look.ts';
import { openings } from './helpers/openings.ts';
import { routes, visitWhole } from './helpers/routes.ts';

// Pictures of everything, to be looked at by people: test-results/screenshots.
if (takesPictures) {
  test('every page after work, and what opens over it', async ({ app, page }) => {
    await app.visit(page, '/submit');
    await page.getByRole('radio', { name: 'Complete' }).click();
    for (const prompt of ['function add(a, b) {', 'class Queue {']) {
      await runPrompt(page, prompt);
      await expect(answerPanel(page).getByText('Completed')).toBeVisible();
    }
    await lookAt(page, 'answer-busy');
    for (const [name, route] of Object.entries(routes)) {
      await visitWhole(app, page, route);
      await lookAt(page, `${name}-busy`);
    }
    for (const { name, route, open, inside } of openings) {
      await visitWhole(app, page, route);
      await open(page);
      const over = page.getByRole('dialog').or(page.getByRole('complementary', { name: 'Complete code' }));
      await expect(inside === undefined ? over : inside(over)).toBeVisible();
      await lookAt(page, `over-${name}`);
      await page.keyboard.press('Escape');
    }
  });

  test('every page of a new app', async ({ page }) => {
    const app = await RunningApp.start('--private-swarm');
    await app.open(page);
    await pastFirstQuestions(page);
    for (const [name, route] of Object.entries(routes)) {
      await visitWhole(app, page, route);
      await lookAt(page, `${name}-empty`);
    }
    await app.stop();
  });
}
