import type { z } from 'zod';
import { commands } from '#shared/api/commands.ts';
import { hardwareCommands } from '#shared/api/hardware.ts';
import { modelCommands } from '#shared/api/models.ts';

/** Everything that the pages ask of the engine, by name. */
export const asks = { ...commands, ...modelCommands, ...hardwareCommands } as const;

type Asks = typeof asks;
export type AskName = keyof Asks;
/** What a page writes. */
export type AskInput<K extends AskName> = z.input<Asks[K]['input']>;
export type AskOutput<K extends AskName> = z.output<Asks[K]['output']>;

/** Parses an answer where it arrives. Throws a ZodError. */
export function parseAnswer<K extends AskName>(name: K, payload: unknown): AskOutput<K> {
  return asks[name].output.parse(payload) as AskOutput<K>;
}
