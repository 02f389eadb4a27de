import { useEffect } from 'react';
import { toast } from 'sonner';
import { useLocation } from 'wouter';
import { useEngine, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useShell } from '#renderer/state/shell/ShellContext.tsx';
import type { FinishedTask } from '#renderer/state/engine/connectEngine.ts';
import { taskStateWords } from '#renderer/format/taskStates.ts';

/** Announces finished own tasks: a toast in the window, and a system notification while the window is in the background. */
export function FinishedNotices() {
  const { onTaskFinished } = useEngine();
  const { 'interface.notifications': wanted } = useSlice('settings');
  // The desktop shell sends its own notifications while its window is in the background.
  const system = useShell() === null && wanted;
  const [location, navigate] = useLocation();
  useEffect(
    () =>
      onTaskFinished((task) => {
        const open = () => navigate(`/tasks/${task.taskId}`);
        if (document.hidden || !document.hasFocus()) notifySystem(task, system, open);
        // On Submit the answer itself is visible.
        if (!location.startsWith('/submit')) {
          toast(sentence(task), { description: task.title, action: { label: 'Show', onClick: open } });
        }
      }),
    [onTaskFinished, system, location, navigate],
  );
  return null;
}

function sentence(task: FinishedTask): string {
  return `Task ${taskStateWords(task.status).label.toLowerCase()}`;
}

function notifySystem(task: FinishedTask, wanted: boolean, open: () => void): void {
  if (!wanted || !('Notification' in window) || Notification.permission !== 'granted') return;
  const note = new Notification(sentence(task), { body: task.title, tag: task.taskId, icon: './icon.svg' });
  note.addEventListener('click', () => {
    window.focus();
    open();
    note.close();
  });
}
