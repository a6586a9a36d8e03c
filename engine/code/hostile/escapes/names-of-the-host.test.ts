import { hostile } from '../../testing/hostile.ts'

hostile('nothing of Node, of ours, or that shares memory is a global', {
  code: `export default async () => {
    const names = ['process', 'require', 'module', 'exports', 'global', '__dirname', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'ivm', 'host', 'post', 'ask', '__boot', '__start', '__step', '__prelude', 'Deno', 'Bun', 'ShadowRealm', 'holdfastCanary']
    return names.filter((name) => name in globalThis)
  }`,
  gives: [],
})
