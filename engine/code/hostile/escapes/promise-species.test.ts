import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('a promise class of the code’s own is handed nothing of the host', {
  code: `export default async () => {
    class Own extends Promise<any> {
      static get [Symbol.species]() { return Own }
    }
    Object.defineProperty(globalThis, 'Promise', { value: Own, configurable: true, writable: true })
    Promise.prototype.constructor = Own
    return (await fetch('http://x/')).constructor.constructor('return typeof process')()
  }`,
  answers: anyAnswer,
  givesAtMost: 'undefined',
})
