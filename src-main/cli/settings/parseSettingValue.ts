import type { z } from 'zod';
import { parseSchedule } from '#shared/domain/machine/weekSchedule.ts';
import type { CommandRequest } from '#shared/api/commands.ts';
import { Settings } from '#shared/api/snapshot.ts';
import { parseRate } from '#main/cli/models/parseRate.ts';
import { UsageError } from '#main/cli/program/UsageError.ts';

export type SettingName = keyof Settings;

/** Parses the name of a setting. Throws a {@link UsageError}. */
export function parseSettingName(text: string): SettingName {
  if (Object.hasOwn(Settings.shape, text)) return text as SettingName;
  const family = text.split('.')[0] ?? '';
  const near = Object.keys(Settings.shape).filter((name) => name.startsWith(`${family}.`));
  const hint = near.length === 0 ? 'See: open-swarm settings' : `Did you mean one of: ${near.join(', ')}?`;
  throw new UsageError(`There is no setting "${text}". ${hint}`);
}

const unitBytes: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/**
 * Parses a value for its setting: `on`, `40` or `40%`, `8GB`, `none`, comma-separated names, a schedule, or JSON.
 * Throws a {@link UsageError} that says what the setting accepts.
 */
export function parseSettingValue(name: SettingName, text: string): CommandRequest<'settings.set'> {
  const schema: z.ZodType = Settings.shape[name];
  for (const candidate of candidates(text.trim())) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return Settings.partial().parse({ [name]: parsed.data });
  }
  const issue = schema.safeParse(candidates(text.trim())[0]).error?.issues[0];
  throw new UsageError(`${name} cannot be "${text.slice(0, 100)}": ${issue?.message ?? 'invalid value'}.`);
}

/** The possible meanings of a text, most likely first. */
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
    // For a list this means an empty one, for a limit no limit.
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

/** Bytes per second in the format of `--limit`: `500K`, `2M`. */
function asRate(text: string): number[] {
  const rate = parseRate(text);
  return rate === undefined ? [] : [rate];
}

/** Windows such as `2026-12-24T08:00/2026-12-24T10:00` in local time, comma-separated; a date alone means midnight. */
function asWindows(text: string): unknown {
  return text.split(',').map((part) => {
    const [from, until] = part.split('/').map((time) => Date.parse(inLocalTime(time.trim())));
    return { from, until };
  });
}

/** Adds a time to a date alone, which JavaScript would parse as UTC. */
function inLocalTime(time: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(time) ? `${time}T00:00` : time;
}
