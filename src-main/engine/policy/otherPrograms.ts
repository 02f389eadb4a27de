import type { Decision } from './Decision.ts';
import type { MachineState } from './MachineState.ts';

/**
 * From which load of other programs this machine slows down or pauses, as shares of all processors. A pause begins well
 * above the load at which it ends, so that a program at the edge does not switch it on and off.
 */
const limits = {
  slowFrom: 0.2,
  /** So many processors' worth of work is slowed for even where it is a small share of a large machine. */
  slowFromProcessors: 0.8,
  slowUntil: 0.6,
  pauseFrom: 0.45,
  pauseUntil: 0.25,
  /** A pause lasts at least this long. */
  leastPauseMs: 30_000,
  leastShare: 0.1,
} as const;

/** Work, slow down or pause, by what other programs need of the processor. */
export function otherProgramsRule({ processor, previous }: MachineState, now: number): Decision {
  if (!processor.known) return { do: 'work' };
  const { share, processors } = processor.value;
  if (mustPause(share, previous, now)) {
    const reason = {
      code: 'processor',
      title: 'Paused while other programs need the processor',
      text: 'Resumes half a minute after they are done, or change this in Settings.',
      resumesAt: null,
    };
    return { do: 'pause', reason };
  }
  const wasSlow = previous?.decision.do === 'slow' ? limits.slowUntil : 1;
  const slowFrom = Math.min(limits.slowFrom, limits.slowFromProcessors / processors) * wasSlow;
  if (share < slowFrom) return { do: 'work' };
  return slowed(share, previous);
}

function mustPause(share: number, previous: MachineState['previous'], now: number): boolean {
  const wasPaused = previous?.decision.do === 'pause' && previous.decision.reason.code === 'processor';
  if (!wasPaused) return share >= limits.pauseFrom;
  return share >= limits.pauseUntil || now - previous.since < limits.leastPauseMs;
}

/** Half of what others leave, in steps of ten percent; a step is only left for one that is clearly another. */
function slowed(othersShare: number, previous: MachineState['previous']): Decision {
  const wanted = (1 - othersShare) / 2;
  const before = previous?.decision.do === 'slow' ? previous.decision.share : null;
  const stays = before !== null && Math.abs(wanted - before) < 0.1;
  const share = stays ? before : Math.max(limits.leastShare, Math.floor(wanted * 10 + 1e-9) / 10);
  const reason = {
    code: 'slowed',
    title: `Slowed to ${Math.round(share * 100)} %`,
    text: 'Another program needs the processor.',
    resumesAt: null,
  };
  return { do: 'slow', share, reason };
}
