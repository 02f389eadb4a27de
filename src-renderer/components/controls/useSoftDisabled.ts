import { useState } from 'react';

interface SoftDisabled {
  /** For the element itself. */
  readonly disabled: boolean;
  /** It only says that it is disabled, so what it hears must be left without effect. */
  readonly ignoresInput: boolean;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
}

/**
 * A control that is disabled while it has the focus would lose it, for example a button that is busy after it was
 * pressed. Until it is left it only says so.
 */
export function useSoftDisabled(disabled: boolean): SoftDisabled {
  const [focused, setFocused] = useState(false);
  return {
    disabled: disabled && !focused,
    ignoresInput: disabled && focused,
    onFocus: () => setFocused(true),
    onBlur: () => setFocused(false),
  };
}
