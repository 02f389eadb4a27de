import { expect, type Page } from '@playwright/test';
import type { RunningApp } from './appTest.ts';

/** Every page of the app. */
export const routes = {
  overview: '/',
  submit: '/submit',
  tasks: '/tasks',
  models: '/models',
  earnings: '/earnings',
  reputation: '/reputation',
  hardware: '/hardware',
  settings: '/settings',
  contribution: '/settings/contribution',
  downloads: '/settings/models',
} as const;

/** Opens a page and waits until it has said everything that it has to ask for. */
export async function visitWhole(app: RunningApp, page: Page, route: string): Promise<void> {
  await app.visit(page, route);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText(/^(Loading|Checking what|Detecting)/)).toHaveCount(0);
}
