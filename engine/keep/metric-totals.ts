/** What flows counted in runs this process carried out, since it started: for whoever collects it over time. */
export interface MetricTotals {
  add(flowId: string, name: string, value: number): void
  list(): MetricTotal[]
}

export interface MetricTotal {
  flowId: string
  name: string
  count: number
  sum: number
}

/** Pairs of flow and name kept apart; those that come later are counted together under `other`. */
const mostTotals = 1000

export function createMetricTotals(): MetricTotals {
  const totals = new Map<string, MetricTotal>()

  function totalOf(flowId: string, name: string): MetricTotal {
    const key = `${flowId} ${name}`
    const known = totals.get(key)
    if (known) return known
    if (totals.size >= mostTotals && flowId !== 'other') return totalOf('other', 'other')
    const fresh = { flowId, name, count: 0, sum: 0 }
    totals.set(key, fresh)
    return fresh
  }

  return {
    add(flowId, name, value) {
      const total = totalOf(flowId, name)
      total.count++
      total.sum += value
    },
    list: () => [...totals.values()],
  }
}
