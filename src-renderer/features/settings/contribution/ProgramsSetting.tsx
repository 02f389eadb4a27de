import { X } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { TextInput } from '#renderer/components/controls/Field.tsx';
import { focusNeighbour } from '#renderer/components/focus/focusNeighbour.ts';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { useSetting } from '#renderer/state/useSetting.ts';

/** Programs that pause contributing while they run. */
export function ProgramsSetting({ sense }: { readonly sense: ReactNode }) {
  const { value: programs, change } = useSetting('contribution.exclusivePrograms');
  const offline = useLink() !== 'open';
  const [name, setName] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const wanted = name.trim();
  const isNew = wanted !== '' && !isNamed(programs, wanted);
  const add = async () => {
    setName('');
    const kept = await change((before) => (isNamed(before, wanted) ? before : [...before, wanted]));
    // A name that could not be saved returns to the field, unless something new was typed.
    if (!kept) setName((now) => (now === '' ? wanted : now));
  };
  return (
    <>
      <SettingRow
        title="Pause while certain programs run"
        text={
          <>
            Games, video calls or anything else that needs the whole computer. Use the name from the task manager.{' '}
            {sense}
          </>
        }
      >
        <form
          className="flex flex-wrap items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (isNew) void add();
          }}
        >
          <TextInput
            ref={field}
            aria-label="Program name"
            placeholder="blender"
            className="w-40"
            maxLength={200}
            value={name}
            disabled={offline}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" disabled={!isNew || offline}>
            Add
          </Button>
        </form>
      </SettingRow>
      {programs.length === 0 ? null : (
        <ul aria-label="Programs that pause work" className="flex flex-wrap gap-2 px-4 pb-3">
          {programs.map((program) => (
            <li
              key={program}
              className="flex h-7 items-center gap-1 rounded-control border border-line-strong pr-[2px] pl-2 text-sm"
            >
              {program}
              <button
                type="button"
                aria-label={`Remove ${program}`}
                disabled={offline}
                className="flex size-6 items-center justify-center rounded-sm text-quiet hover:bg-hover hover:text-ink"
                onClick={({ currentTarget }) => {
                  focusNeighbour(currentTarget, field.current);
                  void change((before) => before.filter((one) => one !== program));
                }}
              >
                <Icon of={X} size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function isNamed(programs: readonly string[], wanted: string): boolean {
  return programs.some((program) => program.toLowerCase() === wanted.toLowerCase());
}
