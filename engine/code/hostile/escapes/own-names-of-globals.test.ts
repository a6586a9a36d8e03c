import { hostile } from '../../testing/hostile.ts'

hostile('no global leads to a module, a process or an addon', {
  code: `export default async (context: any) => {
    const found: string[] = []
    const seen = new Set<unknown>()
    const look = (value: any, path: string, depth: number) => {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value) || depth > 4) return
      seen.add(value)
      if (/^(Isolate|Reference|ExternalCopy|Callback|Module|ChildProcess)$/.test(String(value?.constructor?.name))) found.push(path)
      for (const key of Reflect.ownKeys(value)) {
        try { look(value[key], path + '.' + String(key), depth + 1) } catch {}
      }
    }
    look(globalThis, 'globalThis', 0)
    look(context, 'context', 0)
    return found
  }`,
  gives: [],
  limits: { cpuMs: 5_000 },
})
