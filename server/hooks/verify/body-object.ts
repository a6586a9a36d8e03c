/** What a JSON body says; undefined when it is no object. That it can't be read is said where the body is read. */
export function bodyObject(bytes: Buffer): { [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
