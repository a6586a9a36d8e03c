import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { AppError, type StepError } from '#shared/errors.ts'
import type { Json, JsonText } from '#shared/json.ts'
import type { EgressReferences, EgressResponse, OpenedSecret, SecretDesk } from '../ports.ts'
import { ValueName } from '#shared/values.ts'
import { createRedactor, type Redactor } from './redactor.ts'

/** From how many characters on a value is looked for: in lines and errors, and in what later steps read. */
const shortestInLines = 6
const shortestInOutputs = 8
/** As much of a name that is none as an error says. */
const mostOfName = 100

/**
 * The secrets one attempt has in hand. Whatever it gives back goes through here before anybody sees or stores it: what
 * it was handed is not in it, in no form.
 */
export interface AttemptSecrets {
  /** Is in every reference of this attempt, and nobody can guess it. */
  readonly mark: string
  /** Hands a secret to the code: the same one however often the attempt asks. */
  open(name: string): Promise<OpenedSecret>
  /** For the dialer, which fills references in. */
  readonly references: EgressReferences
  /** For lines of the log, errors, names. */
  line(text: string): string
  lineData(data: Json | undefined): Json | undefined
  /** For what is stored as data. */
  data(text: JsonText): JsonText
  /** Whether the code has got the value of one for good: in a replay it gets it in the same place. */
  isHanded(): boolean
  handOver(name: string): Promise<string>
  /** What tells whether two requests are for the same, whatever values the secrets in it have by now. */
  comparable(text: string): string
  error(error: AppError): AppError
  stepError(error: StepError): StepError
  /** What a call gave, as it is stored; or as code may see it, without what it was not to see itself. */
  reply(reply: EgressResponse, seenBy: 'store' | 'code'): EgressResponse
}

export function createAttemptSecrets(
  desk: SecretDesk | undefined,
  whose: { workspaceId: string; flowId: string },
  onSent: (name: string, host: string) => void,
): AttemptSecrets {
  const mark = randomBytes(12).toString('base64url')
  const opening = new Map<string, Promise<OpenedSecret>>()
  const inHand = new Map<string, OpenedSecret>()
  const referenced = new Map<string, OpenedSecret>()
  const handed = new Map<string, OpenedSecret>()
  let lines: Redactor | undefined
  let outputs: Redactor | undefined
  let unseen: Redactor | undefined
  let compared: Redactor | undefined

  function open(name: string): Promise<OpenedSecret> {
    const known = opening.get(name)
    if (known) return known
    const opened = openOnce(name)
    opening.set(name, opened)
    // What failed may work the next time it is asked for.
    opened.catch(() => opening.delete(name))
    return opened
  }

  async function openOnce(name: string): Promise<OpenedSecret> {
    if (!desk || !ValueName.safeParse(name).success)
      throw new AppError('secret_unavailable', `There is no secret called "${name.slice(0, mostOfName)}".`)
    const secret = await desk.open(whose, name)
    inHand.set(name, secret)
    lines = outputs = undefined
    return secret
  }

  const forLines = () => (lines ??= createRedactor(inHand.values(), shortestInLines))
  const forOutputs = () => (outputs ??= createRedactor(inHand.values(), shortestInOutputs))
  const forCode = () => (unseen ??= createRedactor(referenced.values(), shortestInLines))

  /** A reference that is not used as one is its name. */
  function unmarked(text: string): string {
    return text.includes(mark) ? text.replaceAll(` ${mark}`, '').replaceAll(mark, '') : text
  }

  const line = (text: string) => unmarked(inHand.size === 0 ? text : forLines().line(text))
  const data = (text: JsonText) => unmarked(inHand.size === 0 ? text : forOutputs().json(text))

  function lineData(value: Json | undefined): Json | undefined {
    if (value === undefined) return undefined
    const text = JSON.stringify(value)
    const redacted = unmarked(inHand.size === 0 ? text : forLines().json(text))
    if (redacted === text) return value
    const changed: Json = JSON.parse(redacted)
    return changed
  }

  const details = (value: unknown): unknown => {
    const text = JSON.stringify(value)
    return text === undefined ? value : JSON.parse(unmarked(forLines().json(text)))
  }

  return {
    mark,
    open,
    references: {
      mark,
      async open(name) {
        const secret = await open(name)
        referenced.set(name, secret)
        unseen = undefined
        return secret
      },
      onSent,
    },
    line,
    lineData,
    data,
    isHanded: () => handed.size > 0,
    async handOver(name) {
      const secret = await open(name)
      handed.set(name, secret)
      compared = undefined
      return secret.value
    },
    comparable(text) {
      compared ??= createRedactor(handed.values(), shortestInLines)
      return unmarked(compared.text(text))
    },
    error(error) {
      const { userStack, details: said, ...facts } = error.facts
      return new AppError(error.code, line(error.message), {
        ...facts,
        ...(userStack === undefined ? {} : { userStack: line(userStack) }),
        ...(said === undefined ? {} : { details: details(said) }),
      })
    },
    stepError(error) {
      return {
        ...error,
        message: line(error.message),
        ...(error.stack === undefined ? {} : { stack: line(error.stack) }),
        ...(error.details === undefined ? {} : { details: details(error.details) }),
      }
    },
    reply(reply, seenBy) {
      if (seenBy === 'store' ? inHand.size === 0 : referenced.size === 0) return reply
      const redactor = seenBy === 'store' ? forOutputs() : forCode()
      return {
        ...reply,
        url: redactor.text(reply.url),
        statusText: redactor.text(reply.statusText),
        headers: reply.headers.map(([name, value]) => [name, redactor.text(value)]),
        body: bodyWithout(reply.body, redactor),
      }
    },
  }
}

function bodyWithout(body: Uint8Array, redactor: Redactor): Uint8Array {
  const encoding = isUtf8(body) ? 'utf8' : 'latin1'
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString(encoding)
  const redacted = redactor.text(text)
  return redacted === text ? body : Buffer.from(redacted, encoding)
}
