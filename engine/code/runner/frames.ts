/**
 * What travels between engine and runner: 4 bytes of header length, 4 bytes of payload length, the header as JSON,
 * the payload as it is. Payloads are never parsed on the way.
 */
export const mostFrameBytes = 32 * 1024 * 1024
const mostHeaderBytes = 256 * 1024

export function encodeFrame(header: object, payload?: Uint8Array | string): Uint8Array[] {
  const head = Buffer.from(JSON.stringify(header))
  const body = payload === undefined ? undefined : typeof payload === 'string' ? Buffer.from(payload) : payload
  const lengths = Buffer.allocUnsafe(8)
  lengths.writeUInt32BE(head.byteLength, 0)
  lengths.writeUInt32BE(body?.byteLength ?? 0, 4)
  return body === undefined || body.byteLength === 0 ? [Buffer.concat([lengths, head])] : [Buffer.concat([lengths, head]), body]
}

/** Cuts a stream of bytes into frames; throws when the other side doesn't keep to the form. */
export function createFrameReader(onFrame: (header: string, payload: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer[] = []
  let heldBytes = 0
  let wanted = 8
  return (chunk) => {
    held.push(chunk)
    heldBytes += chunk.byteLength
    if (heldBytes < wanted) return
    let bytes = held.length === 1 ? chunk : Buffer.concat(held)
    for (;;) {
      wanted = 8
      if (bytes.byteLength < wanted) break
      const headerBytes = bytes.readUInt32BE(0)
      const payloadBytes = bytes.readUInt32BE(4)
      if (headerBytes > mostHeaderBytes || payloadBytes > mostFrameBytes) throw new Error('A frame is larger than any may be')
      wanted = 8 + headerBytes + payloadBytes
      if (bytes.byteLength < wanted) break
      onFrame(bytes.toString('utf8', 8, 8 + headerBytes), bytes.subarray(8 + headerBytes, wanted))
      bytes = bytes.subarray(wanted)
    }
    held = bytes.byteLength === 0 ? [] : [bytes]
    heldBytes = bytes.byteLength
  }
}
