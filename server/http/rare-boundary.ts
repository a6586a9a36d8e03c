import { randomBytes } from 'node:crypto'

/** Longer ones are made by chance, and stand nowhere but between the parts. */
const shortestRare = 20

/**
 * The platform takes a boundary for one wherever it stands, and a short one may well stand in what is sent. Those that
 * begin a line of their own, which are the only ones that count, are replaced by one that stands nowhere else.
 */
export function withRareBoundary(bytes: Buffer, contentType: string): { bytes: Buffer; contentType: string } {
  const given = /;\s*boundary=(?:"([^"]{1,70})"|([^;\s"]{1,70}))/i.exec(contentType)
  const boundary = given?.[1] ?? given?.[2]
  if (boundary === undefined || boundary.length >= shortestRare) return { bytes, contentType }
  const rare = `part-${randomBytes(24).toString('hex')}`
  const mark = Buffer.from(`--${boundary}`, 'latin1')
  const chunks: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) {
    const isLineStart = at === 0 || (bytes[at - 1] === 0x0a && bytes[at - 2] === 0x0d)
    if (!isLineStart || !endsLine(bytes, at + mark.length)) continue
    chunks.push(bytes.subarray(from, at), Buffer.from(`--${rare}`))
    from = at + mark.length
  }
  chunks.push(bytes.subarray(from))
  return { bytes: Buffer.concat(chunks), contentType: `multipart/form-data; boundary=${rare}` }
}

/** Only the end of the line, or of the form, comes after a boundary. */
function endsLine(bytes: Buffer, at: number): boolean {
  const after = bytes.toString('latin1', at, at + 2)
  return after === '\r\n' || after === '--'
}
