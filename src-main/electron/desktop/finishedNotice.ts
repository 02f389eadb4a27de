/** The notification about an own task that has ended. Of its text it shows only the title given by the person. */
export function finishedNotice(task: { readonly status: string; readonly title: string }): {
  readonly title: string;
  readonly body: string;
} {
  return { title: titles[task.status] ?? 'Task ended', body: task.title.slice(0, 200) };
}

const titles: Readonly<Record<string, string>> = {
  completed: 'Task completed',
  failed: 'Task failed',
  expired: 'Task expired: no node accepted it',
  cancelled: 'Task cancelled',
};
