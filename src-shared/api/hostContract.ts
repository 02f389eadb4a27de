import { z } from 'zod';
import type { HostCallName, HostEventName } from './hostNames.ts';
import { LocalSecret } from './handshake.ts';

const Nothing = z.undefined();

/** The engine's state as seen by its host process. */
export const HostedEngineState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('starting') }),
  z.object({ kind: z.literal('running') }),
  /** It exited unexpectedly; the next start is in `inMs`. */
  z.object({ kind: z.literal('restarting'), inMs: z.number(), why: z.string() }),
  /** It exited too often; only `engine.retry` starts it again. */
  z.object({ kind: z.literal('gave_up'), why: z.string() }),
  z.object({ kind: z.literal('stopping') }),
]);
export type HostedEngineState = z.infer<typeof HostedEngineState>;

/** `off` carries the reason, for example that this copy was not installed from a package. */
export const UpdatesState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('off'), why: z.string() }),
  z.object({ kind: z.literal('idle'), checkedAt: z.number().nullable() }),
  z.object({ kind: z.literal('checking') }),
  z.object({ kind: z.literal('downloading'), version: z.string(), percent: z.number() }),
  z.object({ kind: z.literal('ready'), version: z.string() }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
]);
export type UpdatesState = z.infer<typeof UpdatesState>;

const Filter = z.object({ name: z.string().max(100), extensions: z.array(z.string().max(20)).max(20) });

/** Calls from the page to the shell. `engine` waits until the engine runs and rejects when it gave up. */
export const hostCalls = {
  engine: { input: Nothing, output: z.object({ url: z.url(), secret: LocalSecret }) },
  'engine.state': { input: Nothing, output: HostedEngineState },
  'engine.retry': { input: Nothing, output: z.null() },
  'autostart.get': { input: Nothing, output: z.object({ on: z.boolean() }) },
  'autostart.set': { input: z.object({ on: z.boolean() }), output: z.object({ on: z.boolean() }) },
  /** Shows a file or folder of the data folder in the file manager. */
  reveal: { input: z.object({ path: z.string().min(1).max(4096) }), output: z.null() },
  /** Native dialog; null when cancelled. */
  openFile: {
    input: z.object({
      title: z.string().max(200),
      kind: z.enum(['file', 'folder']),
      filters: z.array(Filter).max(10).default([]),
    }),
    output: z.object({ path: z.string().nullable() }),
  },
  'badge.set': { input: z.object({ count: z.int().min(0).max(9999) }), output: z.null() },
  notify: { input: z.object({ title: z.string().max(100), body: z.string().max(500) }), output: z.null() },
  'updates.state': { input: Nothing, output: UpdatesState },
  'updates.check': { input: Nothing, output: UpdatesState },
  'updates.install': { input: Nothing, output: z.null() },
  /** The invite link that the app was opened with, returned once; it only pre-fills a form. */
  'inviteLink.take': { input: Nothing, output: z.object({ link: z.string().nullable() }) },
} as const satisfies Record<HostCallName, { readonly input: z.ZodType; readonly output: z.ZodType }>;

export type HostCalls = typeof hostCalls;
export type HostCallInput<K extends HostCallName> = z.output<HostCalls[K]['input']>;
export type HostCallOutput<K extends HostCallName> = z.output<HostCalls[K]['output']>;
export type HostCallHandlers = {
  [K in HostCallName]: (input: HostCallInput<K>) => Promise<HostCallOutput<K>> | HostCallOutput<K>;
};

/** Events from the shell to the page. */
export const hostEvents = {
  'engine.state': HostedEngineState,
  'updates.state': UpdatesState,
  /** A route of the interface, such as `/tasks/01H…`. */
  navigate: z.object({ to: z.string().startsWith('/').max(200) }),
  inviteLink: z.object({ link: z.string().max(1000) }),
} as const satisfies Record<HostEventName, z.ZodType>;

export type HostEventPayload<K extends HostEventName> = z.output<(typeof hostEvents)[K]>;
