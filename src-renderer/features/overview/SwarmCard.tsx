import { Lock, Network } from 'lucide-react';
import { Link } from 'wouter';
import { Card } from '#renderer/components/layout/Card.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { useNow } from '#renderer/components/hooks/useNow.ts';
import { engineWords } from '#renderer/format/engineWords.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { duration } from '#renderer/format/times.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAdvice } from '#renderer/state/useAdvice.ts';
import type { Snapshot } from '#shared/api/snapshot.ts';

/** The joined swarm and its health. */
export function SwarmCard() {
  const { joined, connection, health } = useSlice('swarm');
  return (
    <Card
      title="Swarm"
      aside={
        joined === null ? null : (
          <span className="flex min-w-0 items-center gap-1 text-xs text-quiet" title={joined.address}>
            <Icon of={joined.private ? Lock : Network} size={14} />
            <span className="truncate">{joined.ownCoordinator ? 'private, on this computer' : joined.name}</span>
          </span>
        )
      }
    >
      {joined === null ? (
        <p className="text-xs text-quiet">You are not in a swarm. Nothing is sent anywhere.</p>
      ) : (
        <>
          {health === null ? null : <Health health={health} />}
          <ConnectionLine connection={connection} />
          {connection.state === 'connected' ? <BetterModel /> : null}
        </>
      )}
    </Card>
  );
}

function Health({ health }: { readonly health: NonNullable<Snapshot['swarm']['health']> }) {
  const facts: readonly (readonly [string, string])[] = [
    [count(health.nodesOnline), health.nodesOnline === 1 ? 'node' : 'nodes'],
    [count(health.tasksPerMinute), Math.round(health.tasksPerMinute) === 1 ? 'task a minute' : 'tasks a minute'],
    [count(health.waiting), 'waiting'],
    [`×${health.demand.toFixed(2)}`, 'demand'],
  ];
  return (
    <p className="number flex flex-wrap justify-between gap-x-4">
      {facts.map(([value, name]) => (
        <span key={name}>
          <span className="font-medium">{value}</span> <span className="text-quiet">{name}</span>
        </span>
      ))}
    </p>
  );
}

/** A model that would earn more than the installed ones, if any. */
function BetterModel() {
  const best = useAdvice()?.best ?? null;
  if (best === null) return null;
  return (
    <p className="mt-1 text-xs text-quiet">
      Would earn more on this computer: {best.row.name}.{' '}
      <Link href="/models" className="rounded-sm text-accent-text hover:underline">
        Get it
      </Link>
    </p>
  );
}

function ConnectionLine({ connection }: { readonly connection: Snapshot['swarm']['connection'] }) {
  const engineConnected = useLink() === 'open';
  const now = useNow(connection.retryAt === null ? null : 1000);
  const connected = connection.state === 'connected';
  const kept = connection.undelivered > 0 ? ` ${counted(connection.undelivered, 'result')} waiting for delivery.` : '';
  if (connection.problem !== null) {
    const wait = connection.retryAt === null ? null : Math.max(0, connection.retryAt - now);
    const retry =
      wait === null ? '' : ` Retrying ${wait < 1000 ? 'now' : `in ${duration(Math.ceil(wait / 1000) * 1000)}`}.`;
    return (
      <div className="mt-3">
        <Notice tone="caution">
          {connection.problem}
          {kept}
          {retry}
        </Notice>
      </div>
    );
  }
  return (
    <p className="mt-3 text-xs text-quiet">
      {!engineConnected ? engineWords.unavailable : connected ? 'Connected.' : 'Connecting…'}
      {kept}
    </p>
  );
}
