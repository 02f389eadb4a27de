import { ChevronDown, Moon, Pause, Play } from 'lucide-react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Menu } from '#renderer/components/controls/Menu.tsx';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { usePause } from '#renderer/state/usePause.ts';

interface PauseButtonProps {
  /** Its label in this place. */
  readonly word: 'Pause' | 'Snooze';
  readonly look?: 'plain' | 'ghost';
  readonly tight?: boolean;
  readonly align?: 'start' | 'end';
}

/** Pauses for a chosen time, or resumes. One button, so that it keeps its place and the focus. */
export function PauseButton({ word, look = 'plain', tight = false, align = 'start' }: PauseButtonProps) {
  const pause = usePause();
  const offline = useLink() !== 'open';
  if (!pause.possible) return null;
  const { snoozed } = pause;
  return (
    <Menu
      align={align}
      choices={pause.choices}
      plainTrigger={snoozed}
      trigger={
        <Button
          look={look}
          tight={tight}
          disabled={offline}
          onClick={() => (snoozed && !pause.busy ? pause.resume() : undefined)}
          icon={<Icon of={snoozed ? Play : word === 'Pause' ? Pause : Moon} />}
        >
          {snoozed ? 'Resume now' : word}
          {snoozed ? null : <Icon of={ChevronDown} size={14} />}
        </Button>
      }
    />
  );
}
