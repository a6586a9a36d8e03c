/**
 * A column of a batch as a PostgreSQL array literal. Handed over as one text parameter and unnested there; much
 * cheaper than letting the driver quote every element.
 */
export function textArray(values: readonly (string | null)[]): string {
  let literal = '{'
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (i > 0) literal += ','
    literal += value === null || value === undefined ? 'null' : quoted(value)
  }
  return `${literal}}`
}

export function plainArray(values: readonly (number | boolean | null)[]): string {
  let literal = '{'
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (i > 0) literal += ','
    literal += value ?? 'null'
  }
  return `${literal}}`
}

/** From here on what replacing costs in memory counts: up to sixty times the text, where it is full of quotes. */
const long = 64 * 1024

export function quoted(value: string): string {
  const hasBackslash = value.includes('\\')
  if (!hasBackslash && !value.includes('"')) return `"${value}"`
  if (value.length > long) return `"${escapedInPieces(value)}"`
  if (hasBackslash) return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  return `"${value.replaceAll('"', '\\"')}"`
}

function escapedInPieces(value: string): string {
  const pieces: string[] = []
  for (let at = 0; at < value.length; at += long) {
    const piece = value.slice(at, at + long)
    pieces.push(piece.split('\\').join('\\\\').split('"').join('\\"'))
  }
  return pieces.join('')
}
