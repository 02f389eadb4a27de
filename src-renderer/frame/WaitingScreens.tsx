import { KeyRound, Unplug, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { CodeBlock } from '#renderer/components/text/CodeBlock.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Logo } from '#renderer/components/marks/Logo.tsx';
import type { LinkState } from '#renderer/client/EngineTransport.ts';

interface WaitingScreenProps {
  readonly link: LinkState;
  readonly onRetry: () => void;
}

/** The window without an engine: cause, consequence and remedy. */
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
            Nothing is listening at this address. Accepted work and credits are safe on disk. Start Open Swarm and this
            page reconnects:
          </p>
          <CodeBlock code="open-swarm start" language="bash" copyLabel="Copy command" />
          <div>
            <Button onClick={onRetry}>Retry now</Button>
          </div>
        </Screen>
      );
    case 'locked':
      return (
        <Screen icon={KeyRound} title="This browser is not signed in">
          <p className="text-quiet">
            Open Swarm is running, but only its owner can open it. Run this command and open the one-time address it
            prints:
          </p>
          <CodeBlock code="open-swarm status" language="bash" copyLabel="Copy command" />
        </Screen>
      );
    case 'impostor':
      return (
        <Screen icon={KeyRound} title="Another program is using this address">
          <p className="text-quiet">
            The program at this address could not prove that it is your Open Swarm, so nothing was sent to it. Close
            this page and open the address that this command prints:
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
      <p className="text-quiet">The engine stopped too often. {why} Accepted work and credits are safe on disk.</p>
      <div>
        <Button onClick={onRetry}>Start again</Button>
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
