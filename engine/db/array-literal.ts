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

export function quoted(value: string): string {
  if (value.includes('\\')) return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  if (value.includes('"')) return `"${value.replaceAll('"', '\\"')}"`
  return `"${value}"`
}
