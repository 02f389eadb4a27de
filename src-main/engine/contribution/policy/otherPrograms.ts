import type { Decision } from './Decision.ts';
import type { MachineState } from './MachineState.ts';

/**
 * Loads of other programs at which this machine slows down or pauses, as shares of all processors. Each state begins well
 * above the load at which it ends, so that a load at the edge does not make it flap.
 */
const limits = {
  slowFrom: 0.2,
  /** Busy processors that suffice to slow down, even where they are a small share of a large machine. */
  slowFromProcessors: 0.8,
  /** Fraction of these limits below which full speed returns. */
  slowUntil: 0.6,
  pressedFrom: 0.45,
  pressedUntil: 0.35,
  /** Heavy load slows work at once; only after this long does work pause. */
  pauseAfterMs: 20_000,
  pauseUntil: 0.25,
  /** Shortest pause. */
  leastPauseMs: 30_000,
  leastShare: 0.1,
} as const;

type Previous = MachineState['previous'];

/** Works, slows down or pauses by the processor load of other programs. */
export function otherProgramsRule({ processor, previous }: MachineState, now: number): Decision {
  if (!processor.known) return { do: 'work' };
  const { share, processors } = processor.value;
  if (staysPaused(share, previous, now)) return pause;
  const wasPressed = previous?.decision.do === 'slow' && previous.decision.pressed;
  if (share >= (wasPressed ? limits.pressedUntil : limits.pressedFrom)) {
    if (wasPressed && now - previous.since >= limits.pauseAfterMs) return pause;
    return slowedTo(limits.leastShare, true);
  }
  const hold = previous?.decision.do === 'slow' ? limits.slowUntil : 1;
  const slowFrom = Math.min(limits.slowFrom, limits.slowFromProcessors / processors) * hold;
  return share < slowFrom ? { do: 'work' } : slowedTo(shareBeside(share, previous), false);
}

function staysPaused(share: number, previous: Previous, now: number): boolean {
  if (previous?.decision.do !== 'pause' || previous.decision.reason.code !== pause.reason.code) return false;
  return share >= limits.pauseUntil || now - previous.since < limits.leastPauseMs;
}

/** Half of the processor that others leave, in steps of ten percent; small changes keep the present step. */
function shareBeside(othersShare: number, previous: Previous): number {
  const wanted = (1 - othersShare) / 2;
  const before = previous?.decision.do === 'slow' && !previous.decision.pressed ? previous.decision.share : null;
  if (before !== null && Math.abs(wanted - before) < 0.1) return before;
  return Math.max(limits.leastShare, Math.floor(wanted * 10 + 1e-9) / 10);
}

const pause = {
  do: 'pause',
  reason: {
    code: 'processor',
    title: 'Paused while other programs need the processor',
    text: 'Resumes soon after they finish, or change this in Settings.',
    resumesAt: null,
  },
} as const;

function slowedTo(share: number, pressed: boolean): Decision {
  const reason = {
    code: 'slowed',
    title: `Slowed to ${Math.round(share * 100)} %`,
    text: 'Another program needs the processor.',
    resumesAt: null,
  };
  return { do: 'slow', share, reason, pressed };
}
