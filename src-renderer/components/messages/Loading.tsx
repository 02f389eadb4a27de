/** A loading message; it appears only when the wait is long enough to notice. */
export function Loading({ text }: { readonly text: string }) {
  return <output className="late block py-10 text-center text-sm text-quiet">{text}</output>;
}
