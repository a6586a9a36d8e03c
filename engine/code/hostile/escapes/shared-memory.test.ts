import { hostile } from '../../testing/hostile.ts'

hostile('no memory can be shared, however it is asked for', {
  code: `export default async () => {
    const ways = [() => new (globalThis as any).SharedArrayBuffer(8), () => new (Function('return SharedArrayBuffer')())(8), () => structuredClone(new ArrayBuffer(8)).constructor.name, () => Object.getPrototypeOf(Int8Array.prototype).constructor.name]
    return ways.map((way) => { try { return way() } catch (error: any) { return error.name } })
  }`,
  gives: ['TypeError', 'ReferenceError', 'ArrayBuffer', 'TypedArray'],
})
