import { CircleAlert, Unplug } from 'lucide-react';
import { Button } from '#renderer/components/Button.tsx';
import { Icon } from '#renderer/components/Icon.tsx';
import { clockTime } from '#renderer/format/times.ts';
import { useEngine, useLink, useLinkSince, useSlice } from '#renderer/state/EngineContext.tsx';

/** Across the top of a page: the engine is gone, or something of the whole engine is wrong. */
export function EngineBanner() {
  const link = useLink();
  const since = useLinkSince();
  const { retry } = useEngine();
  const { problems } = useSlice('engine');
  if (link !== 'open') {
    return (
      <div role="alert" className="flex items-center gap-3 border-b border-line bg-caution-soft px-6 py-2 text-sm">
        <Icon of={Unplug} />
        <p className="min-w-0 flex-1">
          <span className="font-medium">The engine does not answer.</span>{' '}
          <span className="text-quiet">
            You see the state of {clockTime(since, since)}. Work that was accepted is kept; this page connects again by
            itself, or start it with <code className="mono">open-swarm start</code>.
          </span>
        </p>
        <Button tight onClick={retry}>
          Try now
        </Button>
      </div>
    );
  }
  return problems.map((problem) => (
    <div
      key={problem.code}
      role="alert"
      className="flex items-start gap-3 border-b border-line bg-danger-soft px-6 py-2 text-sm"
    >
      <span className="mt-[2px] text-danger-text">
        <Icon of={CircleAlert} />
      </span>
      <p className="min-w-0">
        <span className="font-medium">{problem.happened}</span> <span>{problem.means}</span>{' '}
        <span>{problem.action}</span>
      </p>
    </div>
  ));
}
