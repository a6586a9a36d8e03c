import type { Failure } from '../runner/messages.ts'

const mostMessage = 8 * 1024
const mostStack = 16 * 1024

/** What else is known of errors of ours; held here, so code can't fake or lose it. */
const facts = new WeakMap<object, Partial<Failure>>()

export function withFacts<E extends Error>(error: E, known: Partial<Failure>): E {
  facts.set(error, known)
  return error
}

/** Describes anything that can be thrown, also what throws again when it is looked at. */
export function describeThrown(thrown: unknown): Failure {
  if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) {
    return {
      kind: 'code_error',
      message: `The code threw ${cut(guarded(() => String(thrown)) ?? 'something', 200)} instead of an error`,
    }
  }
  const text = (key: string) => guarded(() => stringIn(thrown, key))
  const isError = guarded(() => thrown instanceof Error) ?? false
  const message = text('message')
  const kind = isError && message === 'Array buffer allocation failed' ? 'memory_limit' : 'code_error'
  return {
    kind,
    message: cut(message || (isError ? (text('name') ?? 'Error') : 'The code threw an object instead of an error'), mostMessage),
    name: cut(text('name') ?? 'Error', 100),
    stack: cut(text('stack') ?? '', mostStack),
    ...facts.get(thrown),
  }
}

function stringIn(value: object, key: string): string | undefined {
  const found: unknown = Reflect.get(value, key)
  return typeof found === 'string' ? found : undefined
}

function guarded<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
