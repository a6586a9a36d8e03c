import { hostile } from '../../testing/hostile.ts'

hostile('the constructor of an async function leads to the isolate’s own globals only', {
  code: `export default async () => {
    const reached = ((async () => {}) as any).constructor('return typeof process + typeof require + typeof WebAssembly')
    const found = await reached()
    return found?.next ? (await found.next()).value : found
  }`,
  data: { lookup: { list: [1] } },
  gives: 'undefinedundefinedundefined',
})
