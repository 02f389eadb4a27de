import { currentInstallation, type EntryName } from './Installation.ts';

/** The file that starts a program of this installation: its TypeScript source in a checkout, else its bundle. */
export function entryPoint(name: EntryName): string {
  return currentInstallation().entryPoint(name);
}
