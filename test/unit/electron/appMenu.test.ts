import { expect, test } from 'vitest';
import { appMenu } from '#main/electron/desktop/appMenu.ts';

test('has editing and zoom keys, and nothing that reloads or inspects the page', () => {
  const text = JSON.stringify(appMenu('linux'));
  expect(text).toContain('editMenu');
  expect(text).toContain('zoomIn');
  expect(text).not.toMatch(/reload|devtools/i);
});

test("has the application's own menu on macOS alone", () => {
  expect(appMenu('darwin')[0]).toEqual({ role: 'appMenu' });
  expect(appMenu('win32')).not.toContainEqual({ role: 'appMenu' });
});
