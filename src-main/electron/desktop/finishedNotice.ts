/** The notification about one of the owner's tasks that has ended. It shows the owner's title, never the task's text. */
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
