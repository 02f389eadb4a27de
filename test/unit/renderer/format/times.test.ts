import { describe, expect, it } from 'vitest';
import {
  ago,
  clockTime,
  duration,
  elapsed,
  roughDuration,
  shortTime,
  startOfDay,
  untilTime,
} from '#renderer/format/times.ts';

const noon = new Date(2026, 10, 20, 12, 0, 0).getTime();
const minute = 60_000;
const hour = 60 * minute;

describe('times as text', () => {
  it('shows durations in the fitting unit', () => {
    expect(duration(38.4)).toBe('38 ms');
    expect(duration(4200)).toBe('4.2 s');
    expect(duration(3 * minute)).toBe('3 min');
    expect(duration(86 * hour + 40 * minute)).toBe('86 h 40 min');
    expect(duration(-5)).toBe('0 ms');
    expect(roughDuration(6000)).toBe('6 s');
    expect(roughDuration(500)).toBe('500 ms');
    expect(elapsed(8999)).toBe('8 s');
  });

  it('shows moments relative to now, and the date for old ones', () => {
    expect(ago(noon - 3000, noon)).toBe('just now');
    expect(ago(noon - 3 * minute, noon)).toBe('3 min ago');
    expect(ago(noon - 5 * hour, noon)).toBe('5 h ago');
    expect(ago(noon - 20 * hour, noon)).toBe('Yesterday');
    expect(ago(noon - 30 * 24 * hour, noon)).toBe('21 Oct');
  });

  it('shows the day only when it is not today', () => {
    expect(clockTime(noon, noon)).toBe('12:00:00');
    expect(clockTime(noon - 24 * hour, noon)).toBe('19 Nov 12:00');
    expect(shortTime(noon - 24 * hour, noon)).toBe('19 Nov');
    expect(untilTime(noon + hour, noon)).toBe('13:00');
    expect(untilTime(noon + 20 * hour, noon)).toBe('tomorrow at 08:00');
  });

  it('finds the start of the local day', () => {
    expect(startOfDay(noon)).toBe(new Date(2026, 10, 20).getTime());
  });
});
