interface StateWords {
  readonly label: string;
  readonly tone: 'plain' | 'good' | 'caution' | 'danger';
}

const states: Readonly<Record<string, StateWords>> = {
  // An own task.
  blocked: { label: 'Waiting for parents', tone: 'plain' },
  queued: { label: 'Queued', tone: 'plain' },
  running: { label: 'Running', tone: 'good' },
  completed: { label: 'Completed', tone: 'plain' },
  failed: { label: 'Failed', tone: 'danger' },
  cancelled: { label: 'Cancelled', tone: 'caution' },
  expired: { label: 'Expired', tone: 'caution' },
  // Work for others.
  offered: { label: 'Offered', tone: 'plain' },
  declined: { label: 'Declined', tone: 'plain' },
  lapsed: { label: 'Lapsed', tone: 'plain' },
  delivered: { label: 'Delivered', tone: 'plain' },
  accepted: { label: 'Paid', tone: 'plain' },
  rejected: { label: 'Rejected', tone: 'danger' },
  handed_over: { label: 'Handed over', tone: 'caution' },
  superseded: { label: 'Done elsewhere', tone: 'caution' },
  lost: { label: 'Lost', tone: 'danger' },
};

/** Label and colour of a task or assignment status; unknown ones of a newer engine are shown as they are. */
export function taskStateWords(status: string): StateWords {
  return states[status] ?? { label: status.replaceAll('_', ' '), tone: 'plain' };
}
