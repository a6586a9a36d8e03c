import type { FlowSummary } from '#shared/api.ts'

/** What a flow without runs wants done, if anything, before there are some. */
export function noRunsYet({
  publishedVersion,
  enabled,
  paused,
}: Pick<FlowSummary, 'publishedVersion' | 'enabled' | 'paused'>): string {
  if (publishedVersion === null) return 'Publish the flow, or test it. What happens then is kept here.'
  if (!enabled) return 'Turn the flow on, or test it. What happens then is kept here.'
  if (paused) return 'The flow is paused: what comes in is kept, and runs once you let it go on.'
  return 'The flow is on. Its first run stands here as soon as something starts it.'
}
