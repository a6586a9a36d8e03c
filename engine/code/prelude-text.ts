import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { useCompiler } from './compiler-process.ts'

let text: Promise<string> | undefined
/** It is our own text, which hangs no compiler: on a machine that has no time to spare it may take what it takes. */
const patienceMs = 120_000

/** The script every isolate starts with: its value is the function that puts the globals in place. Built once a process. */
export function preludeText(): Promise<string> {
  text ??= buildPrelude().catch((error: unknown) => {
    text = undefined
    throw error
  })
  return text
}

async function buildPrelude(): Promise<string> {
  const result = await useCompiler(
    () =>
      build({
        entryPoints: [fileURLToPath(new URL('./prelude/main.ts', import.meta.url))],
        bundle: true,
        write: false,
        format: 'iife',
        globalName: '__prelude',
        banner: { js: '(() => { "use strict";' },
        footer: { js: 'return __prelude.boot })()' },
        platform: 'neutral',
        target: 'es2024',
        charset: 'utf8',
        logLevel: 'silent',
      }),
    patienceMs,
  )
  return result.outputFiles[0]?.text ?? ''
}
