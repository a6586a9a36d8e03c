/** Whether a header's value refers to a secret, also where it is encoded as name and password are. */
export function refersToSecret(value: string, mark: string): boolean {
  return value.includes(mark) || (decodedBasic(value)?.includes(mark) ?? false)
}

export function decodedBasic(value: string): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(value)?.[1]
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString()
}
