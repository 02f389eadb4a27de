import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Field, TextInput } from '#renderer/components/controls/Field.tsx';
import { focusNeighbour } from '#renderer/components/focus/focusNeighbour.ts';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { useNow } from '#renderer/components/hooks/useNow.ts';
import { untilTime } from '#renderer/format/times.ts';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { useSetting } from '#renderer/state/useSetting.ts';
import type { MaintenanceWindow } from '#shared/api/contributionSettings.ts';

const hour = 3_600_000;

/** Planned pauses. */
export function MaintenanceSetting() {
  const { value: windows, change } = useSetting('contribution.maintenance');
  const offline = useLink() !== 'open';
  const now = useNow(60_000);
  const [planning, setPlanning] = useState(false);
  const plan = useRef<HTMLButtonElement>(null);
  const open = windows.filter(({ until }) => until > now);
  return (
    <>
      <SettingRow title="Planned pauses" text="Pause at set times, for example for a presentation or a backup.">
        <Button ref={plan} disabled={offline} onClick={() => setPlanning(true)}>
          Plan a pause
        </Button>
      </SettingRow>
      {open.length === 0 ? null : (
        <ul aria-label="Planned pauses" className="flex flex-col gap-1 px-4 pb-3">
          {open.map((window) => (
            <li
              key={`${String(window.from)} ${String(window.until)}`}
              className="number flex items-center gap-2 text-sm"
            >
              {untilTime(window.from, now)} – {untilTime(window.until, now)}
              <Button
                look="ghost"
                tight
                aria-label="Remove this pause"
                disabled={offline}
                onClick={({ currentTarget }) => {
                  focusNeighbour(currentTarget, plan.current);
                  void change((before) =>
                    before.filter(({ from, until }) => from !== window.from || until !== window.until),
                  );
                }}
                icon={<Icon of={X} size={14} />}
              />
            </li>
          ))}
        </ul>
      )}
      {planning ? (
        <PlanDialog
          onClose={() => setPlanning(false)}
          onPlan={(window) => change((before) => [...before, window].toSorted((one, other) => one.from - other.from))}
        />
      ) : null}
    </>
  );
}

interface PlanDialogProps {
  readonly onClose: () => void;
  /** Resolves to false when it could not be saved. */
  readonly onPlan: (window: MaintenanceWindow) => Promise<boolean>;
}

function PlanDialog({ onClose, onPlan }: PlanDialogProps) {
  const [busy, setBusy] = useState(false);
  const [opened] = useState(() => Math.ceil(Date.now() / hour) * hour);
  const [from, setFrom] = useState(localText(opened));
  const [until, setUntil] = useState(localText(opened + hour));
  const window = { from: Date.parse(from), until: Date.parse(until) };
  const isValid = window.until > window.from && window.until > opened - hour;
  const plan = async () => {
    setBusy(true);
    if (await onPlan(window)) onClose();
    else setBusy(false);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Plan a pause"
      description="This computer does not work for others during this time. Your own tasks continue."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="plan-pause" disabled={!isValid || busy}>
            Plan pause
          </Button>
        </>
      }
    >
      <form
        id="plan-pause"
        className="grid grid-cols-2 gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (isValid && !busy) void plan();
        }}
      >
        <Field label="From">
          {({ id }) => (
            <TextInput id={id} type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
          )}
        </Field>
        <Field label="Until" problem={isValid ? undefined : 'Must be after the start and in the future.'}>
          {({ id, describedBy }) => (
            <TextInput
              id={id}
              aria-describedby={describedBy}
              aria-invalid={!isValid}
              type="datetime-local"
              value={until}
              onChange={(event) => setUntil(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

/** UTC ms as the value of a `datetime-local` input. */
function localText(at: number): string {
  const date = new Date(at);
  const day = `${String(date.getFullYear())}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
  return `${day}T${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
