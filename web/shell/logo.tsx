/** A holdfast: what anchors kelp to the rock, drawn as a step and its three lines. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.25"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      className="shrink-0 text-accent"
    >
      <path d="M12 7.5v12M12 10.5c0 4-6.5 3-6.5 9M12 10.5c0 4 6.5 3 6.5 9" />
      <circle cx="12" cy="4.75" r="2.75" />
    </svg>
  )
}
