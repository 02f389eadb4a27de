import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

const installed = {
  linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable', '/usr/bin/google-chrome'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'].flatMap((file) =>
    ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].map((name) => path.join(process.env[name] ?? 'C:/', file)),
  ),
};

/**
 * The Chromium to test with: CHROMIUM_PATH, else the system's, else the one Playwright downloaded.
 * @param {(file: string) => boolean} exists
 * @returns {string | undefined}
 */
export function findBrowser(exists = existsSync) {
  const named = process.env.CHROMIUM_PATH;
  const candidates = [...(named ? [named] : []), ...(installed[process.platform] ?? []), chromium.executablePath()];
  return candidates.find((file) => exists(file));
}
