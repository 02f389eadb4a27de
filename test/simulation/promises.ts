import type { LedgerProbe } from './LedgerProbe.ts';
import { parseCredits } from '#shared/domain/credits.ts';
import type { SimulatedNode } from './SimulatedNode.ts';
import type { Witness } from './Witness.ts';

/** Acknowledged means kept: what anybody was told must be there, also after a crash. */
export function checkAcknowledged(probe: LedgerProbe, witness: Witness): string | null {
  for (const [taskId, held] of witness.submitted) {
    if (!probe.hasTask(taskId)) return `Task ${taskId} was acknowledged and is gone`;
    if (parseCredits(held) !== BigInt(probe.held(taskId)))
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
export function checkEnd(probe: LedgerProbe, witness: Witness, nodes: readonly SimulatedNode[]): string | null {
  for (const node of nodes) {
    for (const task of node.requester.tasks.values()) {
      if (task.state === 'refused') continue;
      const status = probe.status(task.taskId);
      if (task.status !== status) return `Task ${task.taskId} is ${status}, its requester says ${task.status}`;
      if (task.finalText !== probe.answer(task.taskId)) return `Task ${task.taskId}: its requester has another answer`;
    }
  }
  for (const accountId of new Set(nodes.map(({ needs }) => needs.identity.accountId))) {
    const heard = nodes
      .filter(({ needs }) => needs.identity.accountId === accountId)
      .flatMap(({ requester }) => requester.events)
      .reduce(
        (sum, event) => (event.type === 'earnings:credited' ? sum + parseCredits(event.earning.credits) : sum),
        0n,
      );
    if (heard !== BigInt(probe.earned(accountId))) {
      return `${accountId} heard of ${heard} earned, the ledger has ${probe.earned(accountId)}`;
    }
  }
  return witness.broken;
}
