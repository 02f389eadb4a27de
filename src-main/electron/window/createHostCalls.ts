import path from 'node:path';
import type { z } from 'zod';
import {
  hostCalls,
  type HostCallHandlers,
  type HostedEngineState,
  type UpdatesState,
} from '#shared/api/hostContract.ts';
import { hostCallNames, type HostCallName } from '#shared/api/hostNames.ts';
import type { RunningEngine } from '#main/electron/engine/EngineProcess.ts';

/** Dependencies of the page's calls; parts that need Electron are injected. */
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

/** Thrown for an unknown call or an invalid input. */
export class HostCallError extends Error {
  override readonly name = 'HostCallError';
  readonly code = 'host_call_refused';
}

/**
 * Returns the handler of the page's calls. It validates their inputs and refuses calls that are not in the contract.
 */
export function createHostCalls(ports: HostPorts): (name: unknown, input: unknown) => Promise<unknown> {
  const handlers = hostHandlers(ports);
  return async (name, input) => {
    if (!isHostCallName(name)) throw new HostCallError(`There is no call ${JSON.stringify(name)?.slice(0, 80)}.`);
    const schema: z.ZodType = hostCalls[name].input;
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new HostCallError(`${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`);
    }
    // Indexing the table loses the relation between a name and its schema's type.
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
      if (!isInside(home, file)) throw new HostCallError('reveal: the path is outside the data folder');
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
