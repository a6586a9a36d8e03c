export function FlowRunsPage() { return null }
