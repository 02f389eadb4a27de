const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in milliseconds as text: "38 ms", "4.2 s", "3 min", "2 h 5 min". */
export function duration(ms: number): string {
  if (ms < 0) return duration(0);
  if (ms < second) return `${String(Math.round(ms))} ms`;
  if (ms < minute) return `${(ms / second).toFixed(1)} s`;
  if (ms < hour) return `${String(Math.round(ms / minute))} min`;
  const minutes = Math.round((ms % hour) / minute);
  return `${String(Math.floor(ms / hour))} h${minutes === 0 ? '' : ` ${String(minutes)} min`}`;
}

/** The elapsed time of something running, in whole seconds so that it changes once a second. */
export function elapsed(ms: number): string {
  return ms < minute ? `${String(Math.max(0, Math.floor(ms / second)))} s` : duration(ms);
}

/** A moment relative to now: "just now", "3 min ago", "5 h ago", "Yesterday", then the date. */
export function ago(at: number, now: number): string {
  const age = now - at;
  if (age < 10 * second) return 'just now';
  if (age < minute) return `${String(Math.floor(age / second))} s ago`;
  if (age < hour) return `${String(Math.floor(age / minute))} min ago`;
  if (age < day && sameDay(at, now)) return `${String(Math.floor(age / hour))} h ago`;
  if (sameDay(at, now - day)) return 'Yesterday';
  return dayName(at);
}

/** "14:02:11" today, else the day and the time. */
export function clockTime(at: number, now: number): string {
  const time = new Date(at).toLocaleTimeString('en-GB');
  return sameDay(at, now) ? time : `${dayName(at)} ${time.slice(0, 5)}`;
}

/** "14:02:11" today, else only the day, for narrow columns. */
export function shortTime(at: number, now: number): string {
  return sameDay(at, now) ? clockTime(at, now) : dayName(at);
}

/** An estimated duration, without decimals from one second on: "6 s", "4 min". */
export function roughDuration(ms: number): string {
  return ms >= second && ms < minute ? `${String(Math.round(ms / second))} s` : duration(ms);
}

/** Full date and time, for tooltips. */
export function exactTime(at: number): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'medium' });
}

/** "20 Nov". */
export function dayName(at: number): string {
  const date = new Date(at);
  return `${String(date.getDate())} ${date.toLocaleDateString('en-US', { month: 'short' })}`;
}

/** The start of the local day that holds the moment. */
export function startOfDay(at: number): number {
  const date = new Date(at);
  date.setHours(0, 0, 0, 0);
  return date.getTime();
}

/** "18:00" today, "tomorrow at 08:00", else the date with the time. */
export function untilTime(at: number, now: number): string {
  const time = new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (sameDay(at, now)) return time;
  return sameDay(at, now + day) ? `tomorrow at ${time}` : `${dayName(at)}, ${time}`;
}

function sameDay(one: number, other: number): boolean {
  return startOfDay(one) === startOfDay(other);
}
