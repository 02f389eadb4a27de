import type { Page } from '@playwright/test';
import { expect, test } from './helpers/appTest.ts';
import { expectAccessible, lookAt } from './helpers/look.ts';

/** FAKE permission: a browser without a person refuses or grants at once, so the question itself is scripted here. */
async function scriptPermission(page: Page, now: NotificationPermission, answer: NotificationPermission) {
  await page.addInitScript(
    ([first, then]) => {
      let permission = first;
      const value = {
        get permission() {
          return permission;
        },
        requestPermission: async () => {
          permission = then;
          return permission;
        },
      };
      Object.defineProperty(window, 'Notification', { value });
    },
    [now, answer] as const,
  );
  await page.goto('about:blank');
}

test('notifications are on from the start, so the browser is asked where that is said', async ({ app, page }) => {
  await scriptPermission(page, 'default', 'granted');
  await app.visit(page, '/settings');
  const computer = page.getByRole('region', { name: 'This computer' });
  await expect(computer.getByRole('switch', { name: 'Notifications' })).toBeChecked();
  await expect(computer.getByText('This browser has not allowed notifications yet.')).toBeVisible();
  await lookAt(page, 'settings-notifications');
  await expectAccessible(page, 'notifications that are not allowed yet');
  const allow = computer.getByRole('button', { name: 'Allow in this browser' });
  await allow.click();
  await expect(allow).toHaveCount(0);
  await expect(computer.getByText(/not allowed notifications yet/)).toHaveCount(0);
});

test('a browser that blocks notifications is named, with what changes it', async ({ app, page }) => {
  await scriptPermission(page, 'default', 'denied');
  await app.visit(page, '/settings');
  await page.getByRole('button', { name: 'Allow in this browser' }).click();
  await expect(page.getByText('This browser blocks notifications from this page.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Allow in this browser' })).toHaveCount(0);
});
