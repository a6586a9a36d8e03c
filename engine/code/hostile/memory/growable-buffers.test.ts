import { hostile } from '../../testing/hostile.ts'

hostile('no kind of buffer can grow past the limit’s sight', {
  code: `export default async () => {
    const kinds: any[] = [ArrayBuffer, new Uint8Array(8).buffer.constructor, class extends ArrayBuffer {}]
    return kinds.map((Kind) => new Kind(8, { maxByteLength: 2 ** 32 }).resizable)
  }`,
  gives: [false, false, false],
})
