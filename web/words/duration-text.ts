const units = [
  { ms: 86_400_000, sign: 'd' },
  { ms: 3_600_000, sign: 'h' },
  { ms: 60_000, sign: 'min' },
] as const

/** A length of time as people say it: `340 ms`, `3.1 s`, `2 min 10 s`, `2 h 10 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  if (ms < 0.5) return '<1 ms'
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9_950) return `${Number((ms / 1000).toFixed(1))} s`
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`
  if (ms < 3_599_500) return joined(ms, 60_000, 'min', 1000, 's')
  const unit = units.find(({ ms: size }) => ms >= size) ?? units[2]
  return unit.sign === 'd' ? joined(ms, unit.ms, 'd', 3_600_000, 'h') : joined(ms, 3_600_000, 'h', 60_000, 'min')
}

function joined(ms: number, large: number, largeSign: string, small: number, smallSign: string): string {
  const smalls = Math.round(ms / small)
  const whole = Math.floor(smalls / (large / small))
  const rest = smalls % (large / small)
  return rest === 0 ? `${whole} ${largeSign}` : `${whole} ${largeSign} ${rest} ${smallSign}`
}
