import { CircleDashed, CirclePause, CircleSmall, Power } from 'lucide-react'
import type { FlowSummary } from '#shared/api.ts'
import { Badge } from '../ui/badge.tsx'

type FlowState = Pick<FlowSummary, 'publishedVersion' | 'enabled' | 'paused'>

/** Whether a flow runs by itself: a draft never did, off and paused did once. */
export function FlowStatus({ flow }: { flow: FlowState }) {
  if (flow.publishedVersion === null) return <Badge icon={<CircleDashed size={13} aria-hidden />}>Draft</Badge>
  const version = ` · v${flow.publishedVersion}`
  if (!flow.enabled) {
    return (
      <Badge tone="off" icon={<Power size={13} aria-hidden />}>
        Off{version}
      </Badge>
    )
  }
  if (flow.paused) {
    return (
      <Badge tone="waiting" icon={<CirclePause size={13} aria-hidden />}>
        Paused{version}
      </Badge>
    )
  }
  return (
    <Badge tone="worked" icon={<CircleSmall size={13} aria-hidden fill="currentColor" />}>
      On{version}
    </Badge>
  )
}
