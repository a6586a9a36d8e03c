import { hostile } from '../../testing/hostile.ts'

hostile('the constructor of an array of the data leads to the isolate’s own globals only', {
  code: `export default async (context: any) => {
    const reached = (context.steps.lookup.list.map as any).constructor('return typeof process + typeof require + typeof WebAssembly')
    const found = await reached()
    return found?.next ? (await found.next()).value : found
  }`,
  data: { lookup: { list: [1] } },
  gives: 'undefinedundefinedundefined',
})
