import { useState } from 'react';

interface SoftDisabled {
  /** For the element itself. */
  readonly disabled: boolean;
  /** It is disabled in appearance only, so its handlers must do nothing. */
  readonly ignoresInput: boolean;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
}

/**
 * A control that is disabled while focused would lose the focus, for example a button that is busy after a click. Until
 * it loses the focus, it is disabled in appearance only.
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
