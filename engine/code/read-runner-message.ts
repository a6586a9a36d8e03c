import { z } from 'zod'
import type { RunnerMessage } from './runner/messages.ts'

const id = z.number().int().nonnegative()
const text = (most: number) => z.string().max(most)

const Failure = z.object({
  kind: text(50),
  message: text(20_000),
  name: text(200).optional(),
  stack: text(40_000).optional(),
  retryable: z.boolean().optional(),
  retryAfterMs: z.number().nonnegative().optional(),
})

const Message = z.discriminatedUnion('t', [
  z.object({ t: z.literal('ready') }),
  z.object({
    t: z.literal('call'),
    id,
    call: id,
    kind: z.literal('fetch'),
    head: z.object({
      url: text(1024 * 1024),
      method: text(100),
      headers: z.array(z.tuple([z.string(), z.string()])).max(1_000),
      followRedirects: z.boolean(),
    }),
  }),
  z.object({ t: z.literal('log'), id, level: z.enum(['debug', 'info', 'warn', 'error']) }),
  z.object({ t: z.literal('done'), id, cpuMs: z.number() }),
  z.object({ t: z.literal('failed'), id, cpuMs: z.number(), failure: Failure }),
  z.object({ t: z.literal('drain') }),
])

/** Reads what a runner says; throws when it isn't one of the things a runner says. */
export function readRunnerMessage(header: string): RunnerMessage {
  return Message.parse(JSON.parse(header))
}

const LogPayload = z.object({ message: z.string(), data: z.json().optional() })

export function readLogPayload(payload: Buffer): z.infer<typeof LogPayload> {
  return LogPayload.parse(JSON.parse(payload.toString()))
}

const LastWords = z.object({ id: id.optional(), kind: text(50) })

export function readLastWords(line: string): z.infer<typeof LastWords> {
  return LastWords.parse(JSON.parse(line))
}
