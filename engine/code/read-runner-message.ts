import { z } from 'zod'
import { ValueName } from '#shared/values.ts'
import { callKinds, type Failure as FailureMessage, type RunnerMessage } from './runner/messages.ts'

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

const LinePlace = z.union([z.object({ number: id }), z.object({ delivered: id, line: id })])

const RequestHead = z.object({
  kind: z.enum(callKinds),
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}+$/u)
    .refine((name) => name.isWellFormed()),
  times: z.number().int().positive(),
  options: z.string(),
  form: z.enum(['none', 'text', 'latin1']),
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
  z.object({ t: z.literal('secret'), id, call: id, name: ValueName }),
  z.object({
    t: z.literal('file'),
    id,
    call: id,
    head: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('files.read'), file: text(100) }),
      z.object({ kind: z.literal('files.save'), name: text(255), type: text(255) }),
    ]),
  }),
  z.object({ t: z.literal('log'), id, level: z.enum(['debug', 'info', 'warn', 'error']), place: LinePlace.optional() }),
  z.object({ t: z.literal('request'), id, number: id, head: RequestHead }),
  z.object({ t: z.literal('ran'), id, number: id, ok: z.boolean() }),
  z.object({ t: z.literal('matched'), id, number: id, found: z.boolean() }),
  z.object({ t: z.literal('unmatched'), id, number: id }),
  z.object({ t: z.literal('idle'), id, heard: id }),
  z.object({ t: z.literal('metric'), id, number: id }),
  z.object({ t: z.literal('done'), id, cpuMs: z.number(), wasPrimed: z.boolean().optional() }),
  z.object({ t: z.literal('failed'), id, cpuMs: z.number(), failure: Failure }),
  z.object({ t: z.literal('drain') }),
])

/** Reads what a runner says; throws when it isn't one of the things a runner says. */
export function readRunnerMessage(header: string): RunnerMessage {
  return Message.parse(JSON.parse(header))
}

const CodePlace = z.tuple([z.int().positive(), z.int().positive()])
// Where a line was written is a help and no more: what can't be read is left out.
const LogPayload = z.object({ message: z.string(), data: z.json().optional(), at: CodePlace.optional().catch(undefined) })

export function readLogPayload(payload: Buffer): z.infer<typeof LogPayload> {
  return LogPayload.parse(JSON.parse(payload.toString()))
}

/** Why a function of a request failed. */
export function readFailure(payload: Buffer): FailureMessage {
  return Failure.parse(JSON.parse(payload.toString()))
}

const MetricPayload = z.object({
  name: z.string().max(100),
  value: z.number(),
  tags: z.record(z.string().max(100), z.string().max(200)),
})

export function readMetricPayload(payload: Buffer): z.infer<typeof MetricPayload> {
  return MetricPayload.parse(JSON.parse(payload.toString()))
}

const LastWords = z.object({ id: id.optional(), kind: text(50), priming: text(100).optional() })

export function readLastWords(line: string): z.infer<typeof LastWords> {
  return LastWords.parse(JSON.parse(line))
}
