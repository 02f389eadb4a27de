import { ArrowUpDown, Search, Unplug } from 'lucide-react';
import { Link } from 'wouter';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { commandKey, Kbd } from '#renderer/components/marks/Kbd.tsx';
import { Pulse } from '#renderer/components/marks/Pulse.tsx';
import { PauseButton } from '#renderer/connected/PauseButton.tsx';
import { stateTone } from '#renderer/connected/stateTone.ts';
import { engineWords } from '#renderer/format/engineWords.ts';
import { microOf, readableCredits } from '#renderer/format/credits.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';

interface StatusStripProps {
  readonly onPalette: () => void;
}

/** The answers people open the app for: what is it doing, how to pause it, what did it earn, is it connected. */
export function StatusStrip({ onPalette }: StatusStripProps) {
  return (
    <header className="flex min-w-0 items-center gap-5 border-b border-line pr-5 pl-6 text-sm max-small:gap-2 max-small:px-3">
      <StateSentence />
      <PauseControl />
      <div className="ml-auto flex flex-none items-center gap-5 max-small:gap-3">
        <Today />
        <Connection />
        <Button look="ghost" tight aria-label="Commands" onClick={onPalette} icon={<Icon of={Search} />}>
          <span className="max-small:hidden">
            <Kbd>{`${commandKey()} K`}</Kbd>
          </span>
        </Button>
      </div>
    </header>
  );
}

function StateSentence() {
  const contribution = useSlice('contribution');
  const engineGone = useLink() !== 'open';
  return (
    <Link
      href="/"
      className="flex min-w-0 items-center gap-[9px] rounded-sm font-medium"
      title={contribution.reason.text}
    >
      <Pulse tone={engineGone ? 'danger' : stateTone(contribution)} />
      <output className="truncate">{engineGone ? engineWords.title : contribution.reason.title}</output>
    </Link>
  );
}

function PauseControl() {
  const engineGone = useLink() !== 'open';
  return engineGone ? null : <PauseButton word="Pause" look="ghost" tight />;
}

function Today() {
  const today = microOf(useSlice('money').earnedToday);
  return (
    <Link href="/earnings" className="number flex items-center gap-2 rounded-sm" title="Credits earned today">
      <span className="font-medium">{today > 0n ? `+${readableCredits(today)}` : readableCredits(today)}</span>
      <span className="text-quiet max-small:hidden">today</span>
    </Link>
  );
}

function Connection() {
  const { joined, connection } = useSlice('swarm');
  const engineGone = useLink() !== 'open';
  const state = engineGone ? 'offline' : connection.state;
  const words = connectionWords(joined !== null, state, connection.latencyMs);
  return (
    <Link
      href="/settings"
      title={connection.problem ?? (joined === null ? 'Not in a swarm' : `Connected to ${joined.name}`)}
      className="number flex items-center gap-2 rounded-sm text-quiet"
    >
      <Icon of={state === 'connected' ? ArrowUpDown : Unplug} />
      {words}
    </Link>
  );
}

function connectionWords(joined: boolean, state: string, latencyMs: number | null): string {
  if (!joined) return 'No swarm';
  if (state === 'connected')
    return latencyMs === null ? 'Connected' : `${String(Math.max(1, Math.round(latencyMs)))} ms`;
  if (state === 'connecting') return 'Connecting';
  return state === 'rejected' ? 'Rejected' : 'Offline';
}
