/** The logo: six nodes around a live one. */
export function Logo() {
  return (
    <svg width={20} height={20} viewBox="0 0 20 20" aria-hidden className="flex-none">
      <path
        d="M10 10V3.2M10 10l5.9-3.4M10 10l5.9 3.4M10 10v6.8M10 10l-5.9 3.4M10 10 4.1 6.6"
        fill="none"
        stroke="var(--line-strong)"
        strokeWidth={1.2}
      />
      <g fill="var(--mark)">
        {[
          [10, 3],
          [16.1, 6.5],
          [16.1, 13.5],
          [10, 17],
          [3.9, 13.5],
          [3.9, 6.5],
        ].map(([x, y]) => (
          <circle key={`${String(x)} ${String(y)}`} cx={x} cy={y} r={1.9} />
        ))}
      </g>
      <circle cx={10} cy={10} r={3} fill="var(--accent)" />
    </svg>
  );
}
