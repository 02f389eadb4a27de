import type { Contribution } from '#shared/api/snapshot.ts';
import type { PulseTone } from '#renderer/components/marks/Pulse.tsx';

/** The colour of a state: accent for live, amber for paused, red for broken. */
export function stateTone(contribution: Contribution): PulseTone {
  switch (contribution.state) {
    case 'working':
      return 'live';
    case 'ready':
      return 'ready';
    case 'paused':
      return contribution.on ? 'caution' : 'idle';
    case 'finishing':
      return 'caution';
    case 'offline':
    case 'failed':
      return 'danger';
    case 'starting':
    case 'no_swarm':
      return 'idle';
  }
}
