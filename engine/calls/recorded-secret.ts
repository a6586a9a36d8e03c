import { z } from 'zod'
import type { JsonText } from '#shared/json.ts'
import type { OpenedSecret } from '../ports.ts'

/** Code may ask for any name; which of them there are is for who keeps them to say. */
const Recorded = z.object({ name: z.string() })

/** That a secret was handed to the code, and which of its values: never the value, which a replay opens again. */
export function textFromSecret({ name, version }: OpenedSecret): JsonText {
  return JSON.stringify({ name, version })
}

export function secretNameIn(text: JsonText): string {
  return Recorded.parse(JSON.parse(text)).name
}
