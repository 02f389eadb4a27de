import { KeyRound, Unplug, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { CodeBlock } from '#renderer/components/text/CodeBlock.tsx';
import { Icon } from '#renderer/components/layout/Icon.tsx';
import { Logo } from '#renderer/components/layout/Logo.tsx';
import type { LinkState } from '#renderer/client/EngineTransport.ts';

interface WaitingScreenProps {
  readonly link: LinkState;
  readonly onRetry: () => void;
}

/** What stands in the window while there is no engine to show: what happened, what it means, what to do. */
export function WaitingScreen({ link, onRetry }: WaitingScreenProps) {
  switch (link) {
    case 'connecting':
    case 'open':
      return (
        <Screen>
          <output className="late block text-quiet">Connecting to Open Swarm on this computer…</output>
        </Screen>
      );
    case 'offline':
      return (
        <Screen icon={Unplug} title="Open Swarm is not running">
          <p className="text-quiet">
            Nothing answers at this address. Accepted work and credits are safe on the disk. Start it again, and this
            page goes on by itself:
          </p>
          <CodeBlock code="open-swarm start" language="bash" copyLabel="Copy command" />
          <div>
            <Button onClick={onRetry}>Try now</Button>
          </div>
        </Screen>
      );
    case 'locked':
      return (
        <Screen icon={KeyRound} title="This browser is not known here yet">
          <p className="text-quiet">
            Open Swarm runs, but only shows itself to its owner. Ask it for an address that is good once, and open that:
          </p>
          <CodeBlock code="open-swarm status" language="bash" copyLabel="Copy command" />
        </Screen>
      );
    case 'impostor':
      return (
        <Screen icon={KeyRound} title="Another program answers here">
          <p className="text-quiet">
            What answers at this address could not prove that it is your Open Swarm, so it was told nothing. Close this
            page, and open the address that this command prints:
          </p>
          <CodeBlock code="open-swarm status" language="bash" copyLabel="Copy command" />
        </Screen>
      );
  }
}

interface EngineGaveUpProps {
  readonly why: string;
  readonly onRetry: () => void;
}

/** The shell could not start the engine. */
export function EngineGaveUp({ why, onRetry }: EngineGaveUpProps) {
  return (
    <Screen icon={Unplug} title="Open Swarm could not start">
      <p className="text-quiet">
        The part that does the work ended too often. {why} Accepted work and credits are safe on the disk.
      </p>
      <div>
        <Button onClick={onRetry}>Start it again</Button>
      </div>
    </Screen>
  );
}

interface ScreenProps {
  readonly icon?: LucideIcon;
  readonly title?: string;
  readonly children: ReactNode;
}

function Screen({ icon, title, children }: ScreenProps) {
  return (
    <main className="flex h-full flex-col items-center justify-center px-6">
      <div className="flex w-full max-w-[460px] flex-col gap-3">
        <span className="mb-1">{icon === undefined ? <Logo /> : <Icon of={icon} />}</span>
        {title === undefined ? (
          <h1 className="sr-only">Open Swarm</h1>
        ) : (
          <h1 className="text-xl font-semibold">{title}</h1>
        )}
        {children}
      </div>
    </main>
  );
}
