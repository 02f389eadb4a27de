import type { SenseName, SenseReport } from '#shared/api/contributionSettings.ts';
import type { Reading, SenseReadings } from '#engine/ports/SenseReadings.ts';

/** The readings as short texts, shown beside the settings that need them. */
export function sensesInWords(readings: SenseReadings, needs: ReadonlySet<SenseName>): SenseReport[] {
  const { user, battery, programs, processor, temperature, network } = readings;
  const told: [SenseName, { known: boolean; text: string }][] = [
    ['user', say(user, ({ idleMs }) => idleText(idleMs))],
    ['battery', say(battery, ({ onBattery }) => (onBattery ? 'On battery' : 'Plugged in'))],
    ['programs', say(programs, (names) => `${names.length} programs are running`)],
    ['processor', say(processor, ({ share }) => `Other programs use ${Math.round(share * 100)} %`)],
    ['temperature', say(temperature, (degrees) => `${Math.round(degrees)} °C`)],
    ['network', say(network, ({ metered }) => (metered ? 'Metered' : 'Not metered'))],
  ];
  return told.map(([name, { known, text }]) => ({ name, needed: needs.has(name), known, text }));
}

function say<T>(reading: Reading<T>, words: (value: T) => string): { known: boolean; text: string } {
  return { known: reading.known, text: (reading.known ? words(reading.value) : reading.why).slice(0, 300) };
}

function idleText(idleMs: number): string {
  const minutes = Math.floor(idleMs / 60_000);
  if (minutes === 0) return 'The computer is in use';
  return `Idle for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}
