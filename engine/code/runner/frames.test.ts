import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFrameReader, encodeFrame } from './frames.ts'

test('frames arrive whole and in order, however the stream is cut', () => {
  const frame = fc.record({
    header: fc.record({ t: fc.string({ unit: 'grapheme' }) }),
    payload: fc.uint8Array({ maxLength: 2_000 }),
  })
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 20 }), fc.infiniteStream(fc.integer({ min: 1, max: 700 })), (frames, cuts) => {
      const stream = Buffer.concat(frames.flatMap(({ header, payload }) => encodeFrame(header, payload)))
      const read: { header: unknown; payload: Uint8Array }[] = []
      const feed = createFrameReader((header, payload) =>
        read.push({ header: JSON.parse(header), payload: Uint8Array.from(payload) }),
      )
      for (let at = 0; at < stream.byteLength;) {
        const size = cuts.next().value ?? 1
        feed(stream.subarray(at, at + size))
        at += size
      }
      expect(read).toEqual(frames)
    }),
  )
})

test('a frame that claims to be larger than any may be is refused before it is held', () => {
  const feed = createFrameReader(() => undefined)
  const lengths = Buffer.alloc(8)
  lengths.writeUInt32BE(10, 0)
  lengths.writeUInt32BE(33 * 1024 * 1024, 4)
  expect(() => feed(lengths)).toThrow('larger')
})
