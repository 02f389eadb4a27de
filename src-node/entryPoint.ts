import { currentInstallation, type EntryName } from './Installation.ts';

/** The file that starts a program of Open Swarm: its TypeScript source in a checkout, its bundle in a build. */
export function entryPoint(name: EntryName): string {
  return currentInstallation().entryPoint(name);
}

/** A plain Node of version 24 or newer that runs the programs of Open Swarm. Throws `NodeMissingError`. */
export function nodeExecutable(): string {
  return currentInstallation().nodeExecutable();
}
