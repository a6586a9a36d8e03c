/** A value where only text can stand: text as it is, everything else as JSON. */
export function textFrom(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
