import { newHome, removeHome, RunningCommand } from '#test/helpers/openSwarmCommand.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';
import { expect, pastFirstQuestions, RunningApp, test } from './helpers/appTest.ts';
import { expectAccessible, lookAt } from './helpers/look.ts';

test('a model that the public swarm does not pay says so, and one that it pays does not', async ({ page }) => {
  const folder = newHome('public');
  const coordinator = new RunningCommand(['coordinator', '--data', `${folder}/swarm`, '--port', '0', '--json']);
  const { url } = await coordinator.event('ready');
  const app = await RunningApp.start('--coordinator', String(url));
  try {
    const model = await makeSyntheticModel(folder, 'tiny');
    await app.open(page);
    await pastFirstQuestions(page);
    await app.visit(page, '/models');
    await page.getByRole('button', { name: 'Add from file or URL' }).click();
    await page.getByLabel('Path or URL').fill(model.path);
    await page.keyboard.press('Enter');
    const here = page.getByRole('region', { name: 'On this computer' });
    const [starter, other] = ['Open Swarm Starter JS', model.name].map((name) =>
      here.getByRole('listitem').filter({ hasText: name }),
    );
    if (starter === undefined || other === undefined) throw new Error('Both rows are needed');
    const words = 'Not in this swarm’s catalogue, so it only runs your own tasks';
    await expect(other.getByText(words)).toBeVisible();
    await expect(starter.getByText(/tokens\/s here/)).toBeVisible();
    await expect(starter.getByText(words)).toHaveCount(0);
    // Before it is in memory, and after.
    await app.loaded(model.digest);
    await expect(other.getByText(words)).toBeVisible();
    await lookAt(page, 'models-public');
    await expectAccessible(page, 'models of a public swarm');
    await page.getByRole('button', { name: `More actions for ${model.name}` }).click();
    await page.getByRole('menuitem', { name: 'Details' }).click();
    await expect(page.getByText('not in this swarm: its operator has not added')).toBeVisible();
    await lookAt(page, 'model-fit-public');
  } finally {
    await app.stop();
    await coordinator.stop();
    removeHome(folder);
  }
});
