import type { ConnectionLineComponentProps } from '@xyflow/react'

/** The line while it is being drawn: leaves downwards and comes in from above, as it will when it is there. */
export function PendingConnection({ fromX, fromY, toX, toY, connectionStatus }: ConnectionLineComponentProps) {
  const pull = Math.min(80, Math.max(24, Math.abs(toY - fromY) / 2))
  return (
    <path
      d={`M${fromX},${fromY}C${fromX},${fromY + pull} ${toX},${toY - pull} ${toX},${toY}`}
      fill="none"
      stroke={connectionStatus === 'invalid' ? 'var(--color-faint)' : 'var(--color-accent)'}
      strokeWidth={2.5}
      strokeDasharray={connectionStatus === 'valid' ? undefined : '5 5'}
    />
  )
}
