export interface Goal {
  /** As the table says it, such as `at least 20 ×`. */
  says: string
  met: boolean
}

export interface Row {
  what: string
  measured: string
  ratio?: string
  goal?: Goal
}

/** Rows as they come, and all of them as a table at the end. */
export function createScoreboard() {
  const rows: Row[] = []
  return {
    add(row: Row): void {
      rows.push(row)
      const verdict = row.goal ? ` (${row.goal.says}: ${row.goal.met ? 'met' : 'NOT MET'})` : ''
      console.log(`  ${row.what}: ${row.measured}${row.ratio ? ` = ${row.ratio}` : ''}${verdict}`)
    },
    table(): string {
      const lines = rows.map(({ what, measured, ratio, goal }) => {
        const verdict = goal ? (goal.met ? 'met' : '**not met**') : ''
        return `| ${what} | ${measured} | ${ratio ?? ''} | ${goal?.says ?? ''} | ${verdict} |`
      })
      return ['| what | measured | ratio | goal | |', '| --- | --- | --- | --- | --- |', ...lines].join('\n')
    },
  }
}

export type Scoreboard = ReturnType<typeof createScoreboard>

export function atLeast(value: number, goal: number, unit = '×'): Goal {
  return { says: `at least ${goal} ${unit}`, met: value >= goal }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

export function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString('en')}/s`
}

export function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×`
}
export function atMost(value: number, goal: number, unit = '×'): Goal {
  return { says: `at most ${goal} ${unit}`, met: value <= goal }
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`
}
