import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Field, TextInput } from '#renderer/components/controls/Field.tsx';
import { Switch } from '#renderer/components/controls/Switch.tsx';
import { ScheduleGrid } from '#renderer/features/settings/contribution/ScheduleGrid.tsx';
import { paint, scheduleWords } from '#renderer/features/settings/contribution/schedulePaint.ts';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { useSetting } from '#renderer/state/useSetting.ts';
import { evenSchedule, parseSchedule, WeekSchedule } from '#shared/domain/machine/weekSchedule.ts';

const presets: readonly { readonly label: string; readonly hours: string }[] = [
  { label: 'Evenings and weekends', hours: 'Mon-Fri 18:00-23:00, Sat-Sun 00:00-24:00' },
  { label: 'Nights', hours: 'Mon-Sun 22:00-07:00' },
  { label: 'Outside office hours', hours: 'Mon-Fri 00:00-08:00, Mon-Fri 18:00-24:00, Sat-Sun 00:00-24:00' },
];

/** No schedule, or a weekly one to paint. */
export function ScheduleSetting() {
  const { value: schedule, change } = useSetting('contribution.schedule');
  const offline = useLink() !== 'open';
  /** Does nothing when the schedule was switched off meanwhile. */
  const set = (to: (before: WeekSchedule) => WeekSchedule) =>
    void change((before) => (before === null ? null : to(before)));
  return (
    <>
      <SettingRow
        title="Follow a weekly schedule"
        text={
          schedule === null
            ? 'Works for others at any time.'
            : `Works for others ${lowerFirst(scheduleWords(schedule))}.`
        }
      >
        <Switch
          label="Follow a weekly schedule"
          labelHidden
          checked={schedule !== null}
          disabled={offline}
          onChange={(on) =>
            void change(() => (on ? (parseSchedule(presets[0]?.hours ?? '') ?? evenSchedule(true)) : null))
          }
        />
      </SettingRow>
      {schedule === null ? null : (
        <div className="flex flex-col gap-3 px-4 pb-4">
          <ScheduleGrid
            schedule={schedule}
            disabled={offline}
            onPaint={(stroke) => set((before) => paint(before, stroke))}
          />
          <div className="flex flex-wrap items-end justify-between gap-3">
            <div className="flex flex-wrap gap-2">
              {presets.map(({ label, hours }) => (
                <Button key={label} tight disabled={offline} onClick={() => set((before) => withHours(before, hours))}>
                  {label}
                </Button>
              ))}
              <Button
                tight
                disabled={offline}
                onClick={() => set((before) => ({ ...before, days: evenSchedule(false).days }))}
              >
                Clear
              </Button>
            </div>
            <ZoneField
              key={schedule.timeZone ?? ''}
              schedule={schedule}
              disabled={offline}
              onChange={(timeZone) => set((before) => ({ ...before, timeZone }))}
            />
          </div>
          <p className="text-xs text-quiet">
            Drag to paint the hours for work. Keyboard: arrow keys move, Space toggles half an hour, Shift and an arrow
            key extend.
          </p>
        </div>
      )}
    </>
  );
}

function withHours(schedule: WeekSchedule, hours: string): WeekSchedule {
  return { ...schedule, days: parseSchedule(hours)?.days ?? schedule.days };
}

function lowerFirst(text: string): string {
  return text.startsWith('Every') ? `e${text.slice(1)}` : text;
}

interface ZoneFieldProps {
  readonly schedule: WeekSchedule;
  readonly disabled: boolean;
  readonly onChange: (zone: string | null) => void;
}

/** Time zone of the schedule; empty for the system's. */
function ZoneField({ schedule, disabled, onChange }: ZoneFieldProps) {
  const [zone, setZone] = useState(schedule.timeZone ?? '');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const keep = () => {
    const next = { ...schedule, timeZone: zone.trim() === '' ? null : zone.trim() };
    if (next.timeZone === schedule.timeZone) return;
    if (WeekSchedule.safeParse(next).success) onChange(next.timeZone);
    else setProblem('Unknown time zone. Example: Europe/Berlin');
  };
  return (
    <div className="w-56">
      <Field label="Time zone" problem={problem}>
        {({ id, describedBy }) => (
          <TextInput
            id={id}
            aria-describedby={describedBy}
            aria-invalid={problem !== undefined}
            placeholder="System time zone"
            value={zone}
            disabled={disabled}
            onChange={(event) => {
              setZone(event.target.value);
              setProblem(undefined);
            }}
            onBlur={keep}
            onKeyDown={(event) => {
              if (event.key === 'Enter') keep();
            }}
          />
        )}
      </Field>
    </div>
  );
}
