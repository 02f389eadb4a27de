/** What a notification says about an own task that ended. Never its text beyond the title the person gave. */
export function finishedNotice(task: { readonly status: string; readonly title: string }): {
  readonly title: string;
  readonly body: string;
} {
  return { title: titles[task.status] ?? 'Task ended', body: task.title.slice(0, 200) };
}

const titles: Readonly<Record<string, string>> = {
  completed: 'Task completed',
  failed: 'Task failed',
  expired: 'Task expired: no node took it',
  cancelled: 'Task cancelled',
};
