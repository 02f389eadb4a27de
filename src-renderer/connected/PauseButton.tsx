import { ChevronDown, Moon, Pause, Play } from 'lucide-react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Menu } from '#renderer/components/controls/Menu.tsx';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { usePause } from '#renderer/state/usePause.ts';

interface PauseButtonProps {
  /** What it is called where it stands. */
  readonly word: 'Pause' | 'Snooze';
  readonly look?: 'plain' | 'ghost';
  readonly tight?: boolean;
  readonly align?: 'start' | 'end';
}

/** Pauses for a while to choose, or resumes: one button, so that whoever pressed it finds it under their fingers. */
export function PauseButton({ word, look = 'plain', tight = false, align = 'start' }: PauseButtonProps) {
  const pause = usePause();
  const offline = useLink() !== 'open';
  if (!pause.possible) return null;
  const { snoozed } = pause;
  return (
    <Menu
      align={align}
      choices={pause.choices}
      resting={snoozed}
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
