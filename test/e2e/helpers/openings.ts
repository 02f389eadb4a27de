import type { Locator, Page } from '@playwright/test';

/** Something that opens over a page, by keyboard. */
export interface Opening {
  readonly name: string;
  readonly route: string;
  readonly open: (page: Page) => Promise<void>;
  /** Waited for inside, where it arrives later. */
  readonly inside?: (dialog: Locator) => Locator;
}

const press = (name: string | RegExp) => async (page: Page) => {
  await page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .press('Enter');
};
const choose = (button: RegExp, item: string) => async (page: Page) => {
  await press(button)(page);
  await page.getByRole('menuitem', { name: item }).press('Enter');
};

/** Every dialog and sheet of the app. Two answers must have been asked for on Submit. */
export const openings: readonly Opening[] = [
  { name: 'palette', route: '/', open: (page) => page.keyboard.press('Control+k') },
  { name: 'keys', route: '/', open: (page) => page.keyboard.press('?') },
  { name: 'add', route: '/models', open: press('Add from file or URL') },
  { name: 'try', route: '/models', open: press(/^Try /) },
  {
    name: 'fit',
    route: '/models',
    open: choose(/^More actions for/, 'Details'),
    inside: (dialog) => dialog.getByText('Memory needed'),
  },
  { name: 'remove', route: '/models', open: choose(/^More actions for/, 'Remove') },
  {
    name: 'family',
    route: '/models',
    open: async (page) => {
      await page.getByRole('radio', { name: 'All' }).click();
      await press('Qwen2.5-Coder 1.5B Instruct')(page);
    },
    inside: (dialog) => dialog.getByRole('list', { name: 'Files' }).getByRole('listitem').nth(2),
  },
  { name: 'token', route: '/settings/models', open: press('Set token') },
  { name: 'join', route: '/settings', open: press('Join another swarm') },
  { name: 'leave', route: '/settings', open: press('Leave') },
  { name: 'export', route: '/settings', open: press('Export') },
  { name: 'import', route: '/settings', open: press('Import') },
  { name: 'plan', route: '/settings/contribution', open: press('Plan a pause') },
  {
    name: 'compare',
    route: '/submit',
    open: press('Compare with another answer'),
    inside: (dialog) => dialog.getByText(/credits$/).nth(1),
  },
  {
    name: 'task',
    route: '/tasks',
    open: (page) => page.getByRole('row', { name: /Mine/ }).first().press('Enter'),
    inside: (dialog) => dialog.getByRole('list', { name: 'Timeline' }),
  },
];
