import { useEffect, useState } from 'react';

/** The value once it has been stable for `quietMs` milliseconds. */
export function useDebounced<Value>(value: Value, quietMs: number): Value {
  const [debounced, setDebounced] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), quietMs);
    return () => clearTimeout(timer);
  }, [value, quietMs]);
  return debounced;
}
