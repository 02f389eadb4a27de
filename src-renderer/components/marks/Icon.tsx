import type { LucideIcon } from 'lucide-react';

interface IconProps {
  readonly of: LucideIcon;
  /** Pixels; 16 beside text, 14 in small lines. */
  readonly size?: 12 | 14 | 16;
}

/** A lucide icon in the app's stroke width. Decorative: a text or accessible name is always beside it. */
export function Icon({ of: Glyph, size = 16 }: IconProps) {
  return <Glyph aria-hidden size={size} strokeWidth={1.5} className="flex-none" />;
}
