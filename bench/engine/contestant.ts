import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** An engine under test, ours or a peer's, in a process of its own as it would be used. */
export interface Contestant {
  name: string
  pid: number
  ask<T>(skill: string, args?: object): Promise<T>
  stop(): Promise<void>
}

type Answer = { ready: true } | { id: number; value: unknown } | { id: number; error: string }

/** Starts a file of `contestants/` with its settings in `BENCH_SETTINGS`. */
export async function startContestant(
  name: string,
  file: string,
  settings: object,
  nodeOptions: string[] = [],
): Promise<Contestant> {
  const child = fork(fileURLToPath(new URL(`contestants/${file}`, import.meta.url)), [], {
    env: { ...process.env, NODE_ENV: 'production', BENCH_SETTINGS: JSON.stringify(settings) },
    execArgv: ['--disable-warning=ExperimentalWarning', ...nodeOptions],
  })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => {
      const error = new Error(`${name} ended with ${code}`)
      reject(error)
      for (const one of waiting.values()) one.reject(error)
      waiting.clear()
    })
    child.on('message', (answer: Answer) => {
      if ('ready' in answer) return resolve()
      const asked = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('error' in answer) asked?.reject(new Error(`${name}: ${answer.error}`))
      else asked?.resolve(answer.value)
    })
  })
  function ask<T>(skill: string, args: object = {}): Promise<T> {
    return new Promise<unknown>((resolve, reject) => {
      if (!child.connected) return reject(new Error(`${name} is gone`))
      const id = ++last
      waiting.set(id, { resolve, reject })
      child.send({ id, name: skill, args })
    }) as Promise<T>
  }
  return {
    name,
    pid: child.pid ?? 0,
    ask,
    async stop() {
      if (!child.connected) return
      const exited = new Promise((resolve) => {
        child.once('exit', resolve)
      })
      await ask('stop').catch(() => undefined)
      child.disconnect()
      await exited
    },
  }
}
