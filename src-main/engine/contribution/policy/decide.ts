import type { ContributionSettings } from '#shared/api/contributionSettings.ts';
import { scheduleAt } from '#shared/domain/machine/weekSchedule.ts';
import type { Decision, Reason } from './Decision.ts';
import type { MachineState } from './MachineState.ts';
import { otherProgramsRule } from './otherPrograms.ts';
import { sameProgram } from './sameProgram.ts';

type Rule = (state: MachineState, settings: ContributionSettings, now: number) => Reason | null;

/** Degrees (°C) below the limit at which a pause for heat ends. */
const coolerBy = 5;

/**
 * Decides whether this machine works for others now. The first rule that pauses work gives the reason: the owner's word, then
 * the schedule, then the sensors. An unknown reading never pauses work, so a machine whose user cannot be seen counts as idle.
 */
export function decide(state: MachineState, settings: ContributionSettings, now: number): Decision {
  for (const rule of rules) {
    const reason = rule(state, settings, now);
    if (reason !== null) return { do: 'pause', reason };
  }
  return settings['contribution.yieldToPrograms'] ? otherProgramsRule(state, now) : { do: 'work' };
}

const wishRule: Rule = ({ wish, clockTime }, _settings, now) => {
  if (!wish.on) {
    return pause('switched_off', 'Not contributing', {
      text: 'Contributing is off. Turn it on to work for others. Your own tasks are not affected.',
    });
  }
  if (wish.snoozedUntil === 'forever') return pause('paused', 'Paused', { text: 'Paused until you resume.' });
  if (wish.snoozedUntil === null || wish.snoozedUntil <= now) return null;
  return pause('snoozed', `Paused until ${clockTime(wish.snoozedUntil)}`, {
    text: 'It resumes by itself, or when you press Resume.',
    resumesAt: wish.snoozedUntil,
  });
};

const maintenanceRule: Rule = ({ clockTime }, settings, now) => {
  const windows = settings['contribution.maintenance'];
  const inside = (at: number) => windows.find(({ from, until }) => from <= at && at < until);
  let until = inside(now)?.until;
  if (until === undefined) return null;
  // Windows that touch or overlap form one pause.
  for (let next = inside(until); next !== undefined; next = inside(until)) until = next.until;
  return pause('maintenance', `Paused until ${clockTime(until)} for maintenance`, {
    text: 'You scheduled this in Settings.',
    resumesAt: until,
  });
};

const scheduleRule: Rule = ({ clockTime }, settings, now) => {
  const schedule = settings['contribution.schedule'];
  if (schedule === null) return null;
  const { allowed, changesAt } = scheduleAt(schedule, now);
  if (allowed) return null;
  if (changesAt === null) {
    return pause('schedule', 'Paused by your schedule', {
      text: 'Your schedule allows no hour of the week. Change it in Settings.',
    });
  }
  return pause('schedule', `Paused until ${clockTime(changesAt)} by your schedule`, {
    text: 'Change the hours in Settings.',
    resumesAt: changesAt,
  });
};

const userRule: Rule = ({ user }, settings) => {
  const minutes = settings['contribution.idleMinutes'];
  if (!settings['contribution.onlyWhenIdle'] || !user.known || user.value.idleMs >= minutes * 60_000) return null;
  const text = `Resumes after ${minutes} idle ${minutes === 1 ? 'minute' : 'minutes'}.`;
  return pause('user_active', 'Paused while you use the computer', { text });
};

const batteryRule: Rule = ({ battery }, settings) => {
  if (!settings['contribution.pauseOnBattery'] || !battery.known || !battery.value.onBattery) return null;
  return pause('battery', 'Paused: on battery', { text: 'Plug in to resume, or change this in Settings.' });
};

const programRule: Rule = ({ programs }, settings) => {
  if (!programs.known) return null;
  const watched = settings['contribution.exclusivePrograms'].find((name) =>
    programs.value.some((program) => sameProgram(program, name)),
  );
  if (watched === undefined) return null;
  return pause('program', `Paused while ${watched.slice(0, 80)} runs`, {
    text: 'Resumes when it ends, or change the list in Settings.',
  });
};

const temperatureRule: Rule = ({ temperature, previous }, settings) => {
  const most = settings['contribution.maxTemperature'];
  if (most === null || !temperature.known) return null;
  const wasHot = previous?.decision.do === 'pause' && previous.decision.reason.code === 'temperature';
  const resumesBelow = wasHot ? most - coolerBy : most;
  if (temperature.value <= resumesBelow) return null;
  return pause('temperature', `Paused: the processor is at ${Math.round(temperature.value)} °C`, {
    text: `Resumes at ${most - coolerBy} °C.`,
  });
};

const networkRule: Rule = ({ network }, settings) => {
  if (settings['contribution.onMetered'] || !network.known || !network.value.metered) return null;
  return pause('metered', 'Paused: the network is metered', {
    text: 'Resumes on an unmetered network, or change this in Settings.',
  });
};

/** The rules in order of precedence. */
const rules: readonly Rule[] = [
  wishRule,
  maintenanceRule,
  scheduleRule,
  userRule,
  batteryRule,
  programRule,
  temperatureRule,
  networkRule,
];

function pause(code: string, title: string, more: { text: string; resumesAt?: number }): Reason {
  return { code, title, text: more.text, resumesAt: more.resumesAt ?? null };
}
