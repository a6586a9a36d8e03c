/** The text of a feed in the character set that it, or its server, says it has. */
export function feedText(body: Uint8Array, contentType: string): string {
  const start = new TextDecoder('latin1').decode(body.subarray(0, 200))
  const label =
    /charset="?([\w.:-]+)/i.exec(contentType)?.[1] ?? /^[^<]*<\?xml[^>]*?encoding=["']([\w.:-]+)["']/i.exec(start)?.[1] ?? 'utf-8'
  return decode(body, label)
}

function decode(body: Uint8Array, label: string): string {
  try {
    return new TextDecoder(label).decode(body)
  } catch {
    return new TextDecoder().decode(body) // a character set nobody knows
  }
}
