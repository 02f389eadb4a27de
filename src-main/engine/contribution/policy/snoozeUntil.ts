const morningHour = 8;
const leastMs = 4 * 3_600_000;

/** The next morning at 08:00 local time that is at least four hours away, UTC ms. */
export function tomorrowMorning(now: number): number {
  const morning = new Date(now);
  morning.setHours(morningHour, 0, 0, 0);
  // Calendar days, not 24 hours: daylight saving may begin or end overnight.
  while (morning.getTime() - now < leastMs) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}

/**
 * An instant in local time: "18:00" within 20 hours, with the weekday after that: "Mon 08:00", and with the date once the
 * weekday is ambiguous: "Mon 24 Aug 08:00".
 */
export function clockTime(at: number, now: number): string {
  const time = new Date(at);
  const text = `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
  if (at - now < 20 * 3_600_000) return text;
  const weekday = time.toLocaleDateString('en-GB', { weekday: 'short' });
  if (at - now < 6 * 86_400_000) return `${weekday} ${text}`;
  return `${weekday} ${time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${text}`;
}
