import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'dark' | 'light';

/** Also read by public/themeBoot.js before the first paint. */
const storageKey = 'open-swarm.theme';
const changed = 'open-swarm:theme';

/** The chosen theme; `system` by default. */
function themeChoice(): ThemeChoice {
  const stored = readStored();
  return stored === 'dark' || stored === 'light' ? stored : 'system';
}

/** Stores the choice in this browser and applies it. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(storageKey, choice);
  } catch {
    // Without storage the choice lasts until the page closes.
  }
  applyTheme(choice);
  window.dispatchEvent(new Event(changed));
}

/** Follows the system's theme while the choice is `system`. Returns the function that stops it. */
export function followSystemTheme(): () => void {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', applySystemTheme);
  return () => system.removeEventListener('change', applySystemTheme);
}

function applySystemTheme(): void {
  if (themeChoice() === 'system') applyTheme('system');
  window.dispatchEvent(new Event(changed));
}

/** The choice as React state. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(onThemeChange, themeChoice);
}

/** The theme in effect, for components that need concrete colours. */
export function useShownTheme(): 'dark' | 'light' {
  return useSyncExternalStore(onThemeChange, () =>
    document.documentElement.classList.contains('dark') ? 'dark' : 'light',
  );
}

function onThemeChange(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  return () => window.removeEventListener(changed, listener);
}

function applyTheme(choice: ThemeChoice): void {
  const dark = choice === 'dark' || (choice === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
  document.documentElement.classList.toggle('light', !dark);
}

function readStored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
