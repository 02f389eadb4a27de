import { currentInstallation, type EntryName } from './Installation.ts';

/** The file that starts a program of Open Swarm: its TypeScript source in a checkout, its bundle in a build. */
export function entryPoint(name: EntryName): string {
  return currentInstallation().entryPoint(name);
}
