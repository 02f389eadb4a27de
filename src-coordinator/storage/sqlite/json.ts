import type { z } from 'zod';

/** A JSON column through its schema; `null` stays `null`. Throws a ZodError when the column does not fit. */
export function readJson<S extends z.ZodType>(schema: S, text: string | null): z.output<S> | null {
  return text === null ? null : schema.parse(JSON.parse(text));
}

/** A value as a JSON column. */
export function writeJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
