import path from 'node:path';
import type { z } from 'zod';
import {
  hostCalls,
  type HostCallHandlers,
  type HostedEngineState,
  type UpdatesState,
} from '#shared/api/hostContract.ts';
import { hostCallNames, type HostCallName } from '#shared/api/hostNames.ts';
import type { RunningEngine } from './EngineProcess.ts';

/** What the shell can do for the page; the parts that need Electron are handed in. */
export interface HostPorts {
  readonly engine: {
    readonly running: () => Promise<RunningEngine>;
    readonly state: () => HostedEngineState;
    readonly retry: () => void;
  };
  readonly autostart: { readonly get: () => Promise<boolean>; readonly set: (on: boolean) => Promise<void> };
  readonly showInFolder: (file: string) => void;
  readonly openDialog: (options: {
    readonly title: string;
    readonly kind: 'file' | 'folder';
    readonly filters: readonly { readonly name: string; readonly extensions: readonly string[] }[];
  }) => Promise<string | null>;
  readonly setBadge: (count: number) => void;
  readonly notify: (title: string, body: string) => void;
  readonly updates: {
    readonly state: () => UpdatesState;
    readonly check: () => Promise<UpdatesState>;
    readonly install: () => void;
  };
  readonly takeInviteLink: () => string | null;
}

/** Thrown for a call that the page may not make or that has a wrong input. */
export class HostCallError extends Error {
  override readonly name = 'HostCallError';
  readonly code = 'host_call_refused';
}

/** The page's calls, each with its input parsed once. Anything that is not in the contract is refused by name. */
export function createHostCalls(ports: HostPorts): (name: unknown, input: unknown) => Promise<unknown> {
  const handlers = hostHandlers(ports);
  return async (name, input) => {
    if (!isHostCallName(name)) throw new HostCallError(`The shell has no call ${JSON.stringify(name)?.slice(0, 80)}.`);
    const schema: z.ZodType = hostCalls[name].input;
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new HostCallError(`${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`);
    }
    // The table pairs each name with its schema; TypeScript loses that when the table is indexed.
    const handler = handlers[name] as (value: unknown) => unknown;
    return handler(parsed.data);
  };
}

function isHostCallName(name: unknown): name is HostCallName {
  return hostCallNames.some((known) => known === name);
}

function hostHandlers(ports: HostPorts): HostCallHandlers {
  return {
    engine: async () => {
      const { port, secret } = await ports.engine.running();
      return { url: `http://127.0.0.1:${port}`, secret };
    },
    'engine.state': () => ports.engine.state(),
    'engine.retry': () => done(ports.engine.retry()),
    'autostart.get': async () => ({ on: await ports.autostart.get() }),
    'autostart.set': async ({ on }) => {
      await ports.autostart.set(on);
      return { on: await ports.autostart.get() };
    },
    reveal: async ({ path: file }) => {
      const { home } = await ports.engine.running();
      if (!isInside(home, file)) throw new HostCallError('reveal: path lies outside the data folder');
      return done(ports.showInFolder(path.resolve(file)));
    },
    openFile: async (options) => ({ path: await ports.openDialog(options) }),
    'badge.set': ({ count }) => done(ports.setBadge(count)),
    notify: ({ title, body }) => done(ports.notify(title, body)),
    'updates.state': () => ports.updates.state(),
    'updates.check': () => ports.updates.check(),
    'updates.install': () => done(ports.updates.install()),
    'inviteLink.take': () => ({ link: ports.takeInviteLink() }),
  };
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, path.resolve(file));
  return path.isAbsolute(file) && !relative.startsWith('..') && !path.isAbsolute(relative);
}

function done(_nothing: void): null {
  return null;
}
