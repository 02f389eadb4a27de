import { clsx } from 'clsx';
import { useId, type ComponentProps, type ReactNode } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** Why the value is invalid, as a sentence. */
  readonly problem?: string | undefined;
  readonly children: (ids: { readonly id: string; readonly describedBy: string | undefined }) => ReactNode;
}

/** A label above a control, with a hint or a problem below it, associated for screen readers. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = problem ?? hint;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium text-quiet">
        {label}
      </label>
      {children({ id, describedBy: note === undefined ? undefined : noteId })}
      {note === undefined ? null : (
        <p
          id={noteId}
          role={problem === undefined ? undefined : 'alert'}
          className={clsx('text-xs', problem === undefined ? 'text-quiet' : 'text-danger-text')}
        >
          {note}
        </p>
      )}
    </div>
  );
}

/** A single-line text input. */
export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={clsx(inputClass, 'h-8', className)} {...rest} />;
}

/** Style of text inputs, single-line or not. */
export const inputClass = clsx(
  'w-full min-w-0 rounded-control border border-line-strong bg-surface px-[10px] text-sm',
  'aria-[invalid=true]:border-danger-text',
);
