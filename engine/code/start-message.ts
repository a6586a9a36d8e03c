import type { CodeCall } from '../ports.ts'
import type { EngineMessage } from './runner/messages.ts'
import type { RecentCodes } from './runner/recent-codes.ts'

/** What a runner is told to start an attempt: its code, unless that was sent before, and the data it was given. */
export function startMessage(
  id: number,
  call: CodeCall,
  codes: RecentCodes,
  mayPrime: boolean,
): { message: EngineMessage; payload: Buffer } {
  const { data, limits, bundle } = call
  const ahead = bundle.hasPackages === true ? { hash: bundle.hash, mayPrime } : undefined
  const isThere = ahead !== undefined && codes.use(ahead.hash)
  const steps = Object.keys(data.steps)
  const texts = [
    isThere ? '' : bundle.code,
    data.trigger,
    data.input,
    data.vars,
    data.run,
    data.item ?? '',
    ...steps.map((step) => data.steps[step] ?? 'null'),
  ]
  const parts = texts.map((text) => Buffer.from(text))
  const facts = {
    steps,
    hasItem: data.item !== undefined,
    ...(data.index === undefined ? {} : { index: data.index }),
    idempotencyKey: call.idempotencyKey,
    attempt: call.attempt,
    resultBytes: limits.resultBytes,
    ...(call.tellsLines === true ? { tellsLines: true } : {}),
    secretMark: call.secrets.mark,
    ...(call.bundle.usesStep ? { durable: call.calls.facts() } : {}),
  }
  return {
    message: {
      t: 'run',
      id,
      facts,
      bytes: parts.map((part) => part.byteLength),
      limits,
      ...(ahead === undefined ? {} : { ahead }),
    },
    payload: Buffer.concat(parts),
  }
}
