import { isUtf8 } from 'node:buffer'
import { writeSync } from 'node:fs'
import type ivm from 'isolated-vm'
import { startAttempt, type Attempt, type Send } from './attempt.ts'
import { createFrameReader, encodeFrame } from './frames.ts'
import { lastWordsMark, type EngineMessage } from './messages.ts'
import { createPrimedSpares, type LoadedAhead, type PrimedSpares } from './primed-spares.ts'
import { createSpares, type Spares } from './spares.ts'
import { createWatch, type Watch } from './watchdog.ts'

/**
 * A runner: the process user code runs in. It has no environment, no files, no network and no root, and knows only
 * the frames on its stdin and stdout. The engine treats all it says as hostile.
 */
const addon: { exports: { ivm?: typeof ivm } } = { exports: {} }
process.dlopen(addon, process.argv.at(-1) ?? '')
const isolates = loadedAddon()

const attempts = new Map<number, Attempt>()
const cancelled = new Set<number>()
let spares: Spares
let primed: PrimedSpares
let watch: Watch
let isLost = false

const send: Send = (message, payload) => {
  if (isLost) return
  process.stdout.cork()
  for (const part of encodeFrame(message, payload)) process.stdout.write(part)
  process.nextTick(() => process.stdout.uncork())
}

function loadedAddon(): typeof ivm {
  if (addon.exports.ivm === undefined) throw new Error('The isolate addon did not load')
  return addon.exports.ivm
}

/** Says who is to blame on stderr, which nothing else waits in front of, and falls silent; the engine ends this process. */
function loseRunner(id: number | undefined, kind: string, priming?: string): void {
  if (isLost) return
  isLost = true
  writeSync(2, `\n${lastWordsMark}${JSON.stringify({ id, kind, priming })}\n`)
}

async function run(message: EngineMessage & { t: 'run' }, payload: Buffer): Promise<void> {
  const texts: string[] = []
  let at = 0
  for (const bytes of message.bytes) texts.push(payload.toString('utf8', at, (at += bytes)))
  const [sent = '', trigger, input, vars, runText, item, ...steps] = texts
  const { ahead, limits } = message
  const loading: LoadedAhead | undefined = ahead && {
    ...ahead,
    memoryMb: limits.memoryMb,
    cpuMs: limits.cpuMs,
    isDurable: message.facts.durable !== undefined,
  }
  const code = loading === undefined ? sent : primed.codeOf(loading.hash, sent)
  const loaded = loading === undefined ? undefined : primed.take(loading)
  const spare = loaded ?? (await spares.take(limits.memoryMb))
  if (cancelled.delete(message.id)) {
    spare.isolate.dispose()
    return
  }
  spare.onLost = () => loseRunner(message.id, 'memory_limit')
  const data = [trigger, input, vars, runText, message.facts.hasItem ? item : undefined, ...steps]
  const attempt = startAttempt(
    spare,
    { id: message.id, facts: message.facts, limits, code: loaded === undefined ? code : undefined, data },
    send,
    (ended) => {
      attempts.delete(ended.id)
      watch.release(ended)
      spares.refill()
      if (loading !== undefined && ended.hasGiven()) primed.onDone(loading, ended.id)
      primed.refill()
    },
  )
  attempts.set(message.id, attempt)
  watch.add(attempt)
}

function processCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function obey(message: EngineMessage, payload: Buffer): void {
  switch (message.t) {
    case 'init':
      spares = createSpares(isolates, payload.toString(), { memoryMb: message.memoryMb, count: message.spares })
      spares.refill()
      primed = createPrimedSpares({ spares, most: message.primed, watch: () => watch, onLost: loseRunner })
      watch = createWatch({
        rssBytes: () => process.memoryUsage.rss(),
        processCpuMs,
        onLost: (culprit, kind) => loseRunner(culprit?.id, kind, culprit?.priming),
        onFull: () => send({ t: 'drain' }),
      })
      send({ t: 'ready' })
      break
    case 'run':
      run(message, payload).catch((error: unknown) => {
        send({
          t: 'failed',
          id: message.id,
          cpuMs: 0,
          failure: { kind: 'runner_crash', message: `The code could not be started: ${String(error)}` },
        })
      })
      break
    case 'reply': {
      const isText = isUtf8(payload)
      attempts
        .get(message.id)
        ?.deliverReply(message.call, message.head, isText ? 'text' : 'latin1', payload.toString(isText ? 'utf8' : 'latin1'))
      break
    }
    case 'deliver':
    case 'carryOut':
    case 'stop':
    case 'match': {
      const isText = isUtf8(payload)
      attempts.get(message.id)?.tell(message, isText ? 'text' : 'latin1', payload.toString(isText ? 'utf8' : 'latin1'))
      break
    }
    case 'cancel': {
      const attempt = attempts.get(message.id)
      if (attempt) attempt.drop()
      else cancelled.add(message.id)
      break
    }
  }
}

const read = createFrameReader((header, payload) => obey(JSON.parse(header), payload))
process.stdin.on('data', read)
// The engine is gone, and with it every reason to be here.
process.stdin.on('end', () => process.exit(0))
