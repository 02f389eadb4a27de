import type { z } from 'zod';
import { fromZodError, SwarmError, toWireError, type WireError } from '#shared/domain/errorCodes.ts';
import { isTooDeep, type Reply } from './envelope.ts';

/** Schemas of the messages that one side serves, by type. */
export type Schemas = Readonly<Record<string, z.ZodType>>;

/** One handler for each schema. `context` identifies the sender where that matters. */
export type HandlersOf<S extends Schemas, Context = void> = {
  readonly [K in keyof S]: (payload: z.output<S[K]>, context: Context) => unknown;
};

type Serve<Context> = (payload: unknown, context: Context) => Promise<unknown>;

/** The messages that one side serves: the schema and handler of each type. */
export type ServeTable<Context = void> = ReadonlyMap<string, Serve<Context>>;

/** Pairs schemas with handlers. `place` prefixes the path of a wrong field (`payload.prompt`); '' adds no prefix. */
export function serveTable<S extends Schemas, Context = void>(
  schemas: S,
  handlers: HandlersOf<S, Context>,
  place: string,
): ServeTable<Context> {
  const entry = <K extends keyof S & string>(type: K): [string, Serve<Context>] => {
    const schema: S[K] = schemas[type];
    const handler: HandlersOf<S, Context>[K] = handlers[type];
    return [type, async (payload, context) => handler(parseAt(schema, payload, place), context)];
  };
  return new Map(typesOf(schemas).map((type) => entry(type)));
}

/** One column of a table of contracts, such as the `payload` of each message or the `input` of each command. */
export function schemasOf<T extends Readonly<Record<string, Readonly<Record<Part, z.ZodType>>>>, Part extends string>(
  table: T,
  part: Part,
): { readonly [K in keyof T]: T[K][Part] } {
  const column = typesOf(table).map((type) => [type, table[type]?.[part]]);
  return Object.fromEntries(column) as { readonly [K in keyof T]: T[K][Part] };
}

/**
 * Finds the handler of a message, parses the payload and calls it. Rejects with a SwarmError (`unsupported` for an unknown
 * type, `invalid_message` for an invalid payload) or with the error of the handler.
 */
export async function serve<Context>(
  table: ServeTable<Context>,
  message: { readonly type: string; readonly payload: unknown },
  context: Context,
): Promise<unknown> {
  const run = table.get(message.type);
  if (run === undefined) {
    throw new SwarmError('unsupported', `This version does not support "${message.type}".`, { field: 'type' });
  }
  return run(message.payload, context);
}

/**
 * Parses a value from another process. Throws a SwarmError `invalid_message` that names the wrong field, prefixed with `place`
 * unless that is ''.
 */
export function parseAt<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  if (isTooDeep(value)) {
    const subject = place === '' ? 'The message' : place;
    throw new SwarmError('invalid_message', `${subject}: nested deeper than allowed`, fieldOf(place));
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { message, field = '' } = fromZodError(parsed.error);
  throw new SwarmError('invalid_message', message, fieldOf([place, field].filter((part) => part !== '').join('.')));
}

/** Runs the work of a message and turns its result or error into the reply. Never rejects. */
export async function replyTo(
  work: () => Promise<unknown>,
  onRefused: (error: WireError, thrown: unknown) => void,
): Promise<Reply> {
  try {
    return { ok: true, payload: await work() };
  } catch (thrown) {
    const error = toWireError(thrown);
    onRefused(error, thrown);
    return { ok: false, error };
  }
}

function typesOf<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}

function fieldOf(path: string): { field?: string } {
  return path === '' ? {} : { field: path };
}
