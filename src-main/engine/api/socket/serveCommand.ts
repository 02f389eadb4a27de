import { z } from 'zod';
import { type CommandHandlers, type CommandName, type CommandRequest, commands } from '#shared/api/commands.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';

const Call = z.object({ name: z.string().max(64), input: z.unknown() });

/** One call that fits the contract. */
export type ParsedCall = { [K in CommandName]: { readonly name: K; readonly input: CommandRequest<K> } }[CommandName];

/** Parses a call once, at the edge. Throws a ZodError that names the field, or a SwarmError `unsupported`. */
export function parseCall(payload: unknown): ParsedCall {
  const { name, input } = Call.parse(payload);
  if (!isCommandName(name)) throw new SwarmError('unsupported', `There is no command "${name}".`, { field: 'name' });
  // The table pairs each name with its schema; TypeScript loses that when the table is indexed by a union.
  return { name, input: commands[name].input.parse(input ?? {}) } as ParsedCall;
}

/** Runs a parsed call. Rejects with whatever its handler throws. */
export async function runCall(handlers: CommandHandlers, call: ParsedCall): Promise<unknown> {
  const handler = handlers[call.name] as (input: ParsedCall['input']) => Promise<unknown>;
  return handler(call.input);
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
