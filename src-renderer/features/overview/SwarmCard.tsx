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

/** The swarm around this computer. */
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
          {connection.state === 'connected' ? <MostWanted /> : null}
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
      {facts.map(([value, what]) => (
        <span key={what}>
          <span className="font-medium">{value}</span> <span className="text-quiet">{what}</span>
        </span>
      ))}
    </p>
  );
}

/** A model that would earn more here than those that are here, where the swarm wants one. */
function MostWanted() {
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
  const engineThere = useLink() === 'open';
  const now = useNow(connection.retryAt === null ? null : 1000);
  const connected = connection.state === 'connected';
  const kept = connection.undelivered > 0 ? ` ${counted(connection.undelivered, 'result')} waiting for delivery.` : '';
  if (connection.problem !== null) {
    const wait = connection.retryAt === null ? null : Math.max(0, connection.retryAt - now);
    const again =
      wait === null ? '' : ` Retrying ${wait < 1000 ? 'now' : `in ${duration(Math.ceil(wait / 1000) * 1000)}`}.`;
    return (
      <div className="mt-3">
        <Notice tone="caution">
          {connection.problem}
          {kept}
          {again}
        </Notice>
      </div>
    );
  }
  return (
    <p className="mt-3 text-xs text-quiet">
      {!engineThere ? engineWords.unavailable : connected ? 'Connected.' : 'Connecting…'}
      {kept}
    </p>
  );
}
