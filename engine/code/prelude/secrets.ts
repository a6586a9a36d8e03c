import { callHost } from './calls.ts'
import { parseJson } from './host.ts'
import { failureAt, requestCall } from './requests.ts'
import { progress } from './progress.ts'
import { makeReference } from './secret-reference.ts'
import { StepError } from './step-error.ts'
import { value } from './step.ts'

/**
 * What the code has of secrets: their values, which the engine hands in, and references to them, whose values never
 * come here.
 */
export function makeSecrets(mark: string): object {
  return Object.freeze({
    async get(name: unknown): Promise<unknown> {
      const asked = checkedName(name, 'secrets.get')
      // The function of a step or of `once` is not gone through again, so what it asks for is not recorded for a replay.
      if (progress.open > 0) return getNow(asked)
      return value(await requestCall('secrets.get', `secrets.get ${asked}`, { options: { name: asked } }))
    },
    ref(name: unknown): object {
      return makeReference(checkedName(name, 'secrets.ref'), mark)
    },
  })
}

async function getNow(name: string): Promise<unknown> {
  const site = new StepError({ code: 'secret_unavailable', message: '' })
  const { head, body } = await callHost('secret', name, '')
  if (head.ok) return parseJson(body)
  throw failureAt(site, { code: head.code, message: head.message, retryable: false })
}

function checkedName(name: unknown, what: string): string {
  if (typeof name !== 'string' || !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name))
    throw new TypeError(`${what} takes the name of a secret, as in ${what}("stripe")`)
  return name
}
