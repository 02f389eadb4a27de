import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Menu } from '#renderer/components/controls/Menu.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { segmentClass, Segments } from '#renderer/components/controls/Segments.tsx';
import { taskTypes, TaskType } from '#shared/domain/tasks/taskType.ts';

interface TypePickerProps {
  readonly value: TaskType;
  /** Types that some node serves; null while unknown. */
  readonly served: readonly TaskType[] | null;
  readonly onChange: (type: TaskType) => void;
}

const inRow: readonly TaskType[] = ['code_generation', 'code_completion', 'code_review', 'test_generation'];
const inMenu = TaskType.options.filter((type) => !inRow.includes(type));
const notServed = 'No node in this swarm supports this right now.';

/** The task types; those that no node serves are disabled with a reason. */
export function TypePicker({ value, served, onChange }: TypePickerProps) {
  const isServed = (type: TaskType) => served === null || served.includes(type);
  const isInMenu = inMenu.includes(value);
  return (
    <div className="flex flex-col items-start gap-2">
      <Segments
        label="Task type"
        value={value}
        onChange={onChange}
        segments={inRow.map((type) => ({
          value: type,
          label: taskTypes[type].shortTitle,
          disabled: !isServed(type),
          ...(isServed(type) ? {} : { hint: notServed }),
        }))}
        more={
          <Menu
            align="end"
            choices={inMenu.map((type) => ({
              id: type,
              label: taskTypes[type].title,
              disabled: !isServed(type),
              ...(isServed(type) ? {} : { hint: notServed }),
              onChoose: () => onChange(type),
            }))}
            trigger={
              <button type="button" className={clsx(segmentClass)} data-state={isInMenu ? 'on' : 'off'}>
                {isInMenu ? taskTypes[value].shortTitle : 'More'}
                <Icon of={ChevronDown} size={12} />
              </button>
            }
          />
        }
      />
      <ServedNote served={served} />
    </div>
  );
}

function ServedNote({ served }: { readonly served: readonly TaskType[] | null }) {
  if (served === null || served.length === TaskType.options.length) return null;
  if (served.length === 0) {
    return <Notice tone="caution">No node in this swarm can run tasks right now. A task would wait for one.</Notice>;
  }
  const names = served.map((type) => taskTypes[type].shortTitle).join(', ');
  return <Notice>Available now: {names}. Other types need a node with a suitable model.</Notice>;
}
