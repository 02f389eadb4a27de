import type { LedgerProbe } from './LedgerProbe.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import type { Participant } from './Participant.ts';
import type { Witness } from './Witness.ts';

/** Acknowledged means kept: what anybody was told must be there, also after a crash. */
export function checkAcknowledged(probe: LedgerProbe, witness: Witness): string | null {
  for (const [taskId, held] of witness.submitted) {
    if (!probe.hasTask(taskId)) return `Task ${taskId} was acknowledged and is gone`;
    if (held !== null && parseCredits(held) !== BigInt(probe.held(taskId)))
      return `Task ${taskId} holds another amount than acknowledged`;
  }
  for (const [assignmentId, ids] of witness.stored) {
    const kept = probe.ids(assignmentId);
    if (!ids.every((id, index) => kept[index] === id)) {
      return `Assignment ${assignmentId}: ${ids.length} ids were acknowledged, ${kept.length} are there`;
    }
  }
  for (const [assignmentId, state] of witness.results) {
    const status = probe.assignmentStatus(assignmentId);
    if (status === undefined || status === 'running')
      return `Result of ${assignmentId} was ${state} and is now ${status}`;
  }
  return null;
}

/** What both sides know at the end is what the coordinator keeps. */
export function checkEnd(probe: LedgerProbe, witness: Witness, nodes: readonly Participant[]): string | null {
  for (const { taskId, status, text } of nodes.flatMap((node) => node.ends())) {
    // Refused when it was sent after a restart: it ended without the coordinator ever holding it.
    if (!probe.hasTask(taskId) && !witness.submitted.has(taskId) && (text ?? '') === '') continue;
    const kept = probe.status(taskId);
    if (status !== kept) return `Task ${taskId} is ${kept}, its requester says ${status}`;
    if (text !== probe.answer(taskId)) return `Task ${taskId}: its requester has another answer`;
  }
  for (const node of nodes) {
    const heard = node.earned();
    for (const { assignmentId, reward } of probe.rewards(node.identity.nodeId)) {
      const told = heard.get(assignmentId) ?? (node.notesOnlyOwnWork ? BigInt(reward) : 0n);
      if (told !== BigInt(reward)) return `${node.name} heard of ${told} for ${assignmentId}, the ledger has ${reward}`;
    }
  }
  return witness.broken;
}
