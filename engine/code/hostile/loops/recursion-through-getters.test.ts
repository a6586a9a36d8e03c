import { hostile } from '../../testing/hostile.ts'

hostile('recursion through getters, proxies and JSON is an error of the code', {
  code: `export default async () => {
    const deep: any = {}
    Object.defineProperty(deep, 'toJSON', { value: () => JSON.stringify(new Proxy(deep, {})) })
    return JSON.stringify(deep)
  }`,
  endsAs: 'code_error',
  saying: 'call stack',
})
