import type { z } from 'zod';
import { parseSchedule } from '#shared/domain/machine/weekSchedule.ts';
import type { CommandRequest } from '#shared/api/commands.ts';
import { Settings } from '#shared/api/snapshot.ts';
import { parseRate } from '#main/cli/models/parseRate.ts';
import { WrongUseError } from '#main/cli/program/WrongUseError.ts';

export type SettingName = keyof Settings;

/** Name of a setting as it was typed. Throws a {@link WrongUseError}. */
export function parseSettingName(text: string): SettingName {
  if (Object.hasOwn(Settings.shape, text)) return text as SettingName;
  const family = text.split('.')[0] ?? '';
  const near = Object.keys(Settings.shape).filter((name) => name.startsWith(`${family}.`));
  const hint = near.length === 0 ? 'See: open-swarm settings' : `Did you mean one of: ${near.join(', ')}?`;
  throw new WrongUseError(`There is no setting "${text}". ${hint}`);
}

/** Bytes as people write them. */
const unitBytes: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/**
 * Reads a value the way its setting needs it: `on`, `40` and `40%`, `8GB`, `none`, names with commas between them, a
 * schedule in words, or JSON. Throws a {@link WrongUseError} that says what the setting wants.
 */
export function parseSettingValue(name: SettingName, text: string): CommandRequest<'settings.set'> {
  const schema: z.ZodType = Settings.shape[name];
  for (const candidate of candidates(text.trim())) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return Settings.partial().parse({ [name]: parsed.data });
  }
  const issue = schema.safeParse(candidates(text.trim())[0]).error?.issues[0];
  throw new WrongUseError(`${name} cannot be "${text.slice(0, 100)}": ${issue?.message ?? 'it is not valid'}.`);
}

/** What a text may mean, the likeliest first. */
function candidates(text: string): unknown[] {
  const words: Readonly<Record<string, unknown>> = {
    on: true,
    yes: true,
    off: false,
    no: false,
    none: null,
    always: null,
  };
  const lower = text.toLowerCase();
  const isNothing = lower === 'none' || lower === 'off';
  return [
    ...(Object.hasOwn(words, lower) ? [words[lower]] : []),
    // For a list nothing is an empty one; a limit that is off is none.
    ...(isNothing ? [[], null] : []),
    ...asJson(text),
    ...asNumber(lower),
    ...asRate(text),
    text,
    ...(parseSchedule(text) === null ? [] : [parseSchedule(text)]),
    text === '' ? [] : text.split(',').map((part) => part.trim()),
    asWindows(text),
  ];
}

function asJson(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function asNumber(text: string): number[] {
  const match = /^(\d+(?:\.\d+)?)\s*(%|°c|kb|mb|gb|tb)$/.exec(text);
  return match === null ? [] : [Math.round(Number(match[1]) * (unitBytes[match[2] ?? ''] ?? 1))];
}

/** Bytes a second as `--limit` takes them: `500K`, `2M`. */
function asRate(text: string): number[] {
  const rate = parseRate(text);
  return rate === undefined ? [] : [rate];
}

/** `2026-12-24T08:00/2026-12-24T10:00`, local time, several with commas; a date alone is its midnight here. */
function asWindows(text: string): unknown {
  return text.split(',').map((part) => {
    const [from, until] = part.split('/').map((time) => Date.parse(inLocalTime(time.trim())));
    return { from, until };
  });
}

/** JavaScript reads a date without a time as UTC. */
function inLocalTime(time: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(time) ? `${time}T00:00` : time;
}
