import { useEffect, useState } from 'react';
import { useShell } from '#renderer/state/shell/ShellContext.tsx';

/** A file or URL that was dropped on the page. */
export interface DroppedModel {
  /** Path or URL; '' when the browser does not reveal it. */
  readonly text: string;
  /** Name of a file whose path is unknown. */
  readonly name: string | null;
}

/** Accepts files and URLs dropped anywhere on the page. True while something is dragged over it. */
export function useModelDrop(onDrop: (dropped: DroppedModel) => void): boolean {
  const shell = useShell();
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    const hold = (event: DragEvent) => {
      if (!carriesModel(event.dataTransfer)) return;
      event.preventDefault();
      setHovering(true);
    };
    const leave = (event: DragEvent) => {
      // Only leaving the window counts; between elements `relatedTarget` names the next one.
      if (event.relatedTarget === null) setHovering(false);
    };
    const drop = (event: DragEvent) => {
      setHovering(false);
      if (!carriesModel(event.dataTransfer)) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      const text = file === undefined ? (event.dataTransfer?.getData('text/uri-list') ?? '').split('\n')[0] : undefined;
      const path = file === undefined ? '' : (shell?.pathOf(file) ?? '');
      onDrop({ text: text ?? path, name: file !== undefined && path === '' ? file.name : null });
    };
    document.addEventListener('dragover', hold);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', hold);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, [shell, onDrop]);
  return hovering;
}

function carriesModel(data: DataTransfer | null): boolean {
  return data !== null && (data.types.includes('Files') || data.types.includes('text/uri-list'));
}
